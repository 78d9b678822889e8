package dev.meridian.cli;

/** Everything that the command line itself can complain of: a stable code, which `meridian explain` knows, and its exit status. */
public enum Trouble {
    UNEXPECTED("MRD-3002", ExitCode.FAILED),
    USAGE("MRD-3010", ExitCode.USAGE),
    UNSAFE_NAME("MRD-3011", ExitCode.USAGE),
    UNKNOWN_REGION("MRD-3012", ExitCode.USAGE),
    BAD_QUANTITY("MRD-3013", ExitCode.USAGE),
    UNKNOWN_CODE("MRD-3014", ExitCode.USAGE),
    NOTHING_RUNS("MRD-3020", ExitCode.NO_ANSWER),
    SEVERAL_RUN("MRD-3021", ExitCode.USAGE),
    ALREADY_RUNS("MRD-3022", ExitCode.FAILED),
    CONTROL_SILENT("MRD-3023", ExitCode.NO_ANSWER),
    CONTROL_REFUSED("MRD-3024", ExitCode.FAILED),
    OTHER_VERSION("MRD-3025", ExitCode.REFUSED),
    PORT_TAKEN("MRD-3030", ExitCode.FAILED),
    NO_FREE_PORTS("MRD-3031", ExitCode.FAILED),
    OPEN_WITHOUT_PASSWORD("MRD-3032", ExitCode.REFUSED),
    OPEN_LINK("MRD-3033", ExitCode.REFUSED),
    REGION_DID_NOT_START("MRD-3040", ExitCode.FAILED),
    DATA_UNUSABLE("MRD-3041", ExitCode.FAILED),
    LINK_CERTIFICATES("MRD-3043", ExitCode.FAILED),
    REGION_IS_DOWN("MRD-3042", ExitCode.NO_ANSWER),
    NO_NODE_ANSWERED("MRD-3050", ExitCode.NO_ANSWER),
    PASSWORD_WANTED("MRD-3051", ExitCode.REFUSED),
    FILE_UNREADABLE("MRD-3060", ExitCode.FAILED),
    WOULD_OVERWRITE("MRD-3061", ExitCode.REFUSED),
    REGIONS_DIFFER("MRD-3070", ExitCode.OBJECTIVE),
    NOT_PROVED("MRD-3072", ExitCode.NO_ANSWER),
    CONFLICT_CHANGED("MRD-3073", ExitCode.REFUSED),
    NO_CONFLICT("MRD-3074", ExitCode.FAILED),
    COMMAND_FAILED("MRD-3071", ExitCode.FAILED),
    DRILL_UNFIT("MRD-3080", ExitCode.REFUSED);

    private final String code;
    private final int exitCode;

    Trouble(String code, int exitCode) {
        this.code = code;
        this.exitCode = exitCode;
    }

    public String code() {
        return code;
    }

    public int exitCode() {
        return exitCode;
    }

    /** A failure of this kind: what was found, and what mends it, a line each. */
    public Failure because(String message, String... help) {
        return new Failure(this, message, help);
    }
}
