package dev.meridian.config;

/**
 * The stable codes of the configuration's problems. A code never changes its meaning; {@link
 * Explanations} has a section for each.
 */
public final class ErrorCodes {
    // The file
    public static final String UNREADABLE = "MRD-2001";
    public static final String TOO_LARGE = "MRD-2002";
    public static final String NOT_UTF8 = "MRD-2003";
    public static final String BYTE_ORDER_MARK = "MRD-2004";
    public static final String CONTROL_CHARACTER = "MRD-2005";
    public static final String EMPTY = "MRD-2006";
    public static final String SEVERAL_DOCUMENTS = "MRD-2007";
    public static final String SYNTAX = "MRD-2008";
    public static final String TAB = "MRD-2009";
    public static final String TAG = "MRD-2010";
    public static final String ALIAS = "MRD-2011";
    public static final String TOO_DEEP = "MRD-2012";

    // Its structure
    public static final String UNKNOWN_KEY = "MRD-2101";
    public static final String DUPLICATE_KEY = "MRD-2102";
    public static final String MISSING_KEY = "MRD-2103";
    public static final String WRONG_KIND = "MRD-2104";
    public static final String NO_VALUE = "MRD-2105";
    public static final String NOT_TEXT = "MRD-2106";
    public static final String KEY_NOT_TEXT = "MRD-2107";
    public static final String EMPTY_LIST = "MRD-2108";
    public static final String TOO_MANY = "MRD-2109";

    // Its values
    public static final String NOT_A_CHOICE = "MRD-2201";
    public static final String NOT_A_DURATION = "MRD-2202";
    public static final String OUT_OF_RANGE = "MRD-2203";
    public static final String NOT_A_NUMBER = "MRD-2204";
    public static final String NOT_A_FLAG = "MRD-2205";
    public static final String NOT_A_SIZE = "MRD-2206";
    public static final String NOT_A_NAME = "MRD-2207";
    public static final String NOT_A_PERCENTAGE = "MRD-2208";
    public static final String NOT_A_TIME_OF_DAY = "MRD-2209";
    public static final String NOT_AN_ADDRESS = "MRD-2210";
    public static final String ENVIRONMENT_UNSET = "MRD-2211";
    public static final String NOT_A_TIME_ZONE = "MRD-2212";

    // What it says together
    public static final String UNKNOWN_REGION = "MRD-2301";
    public static final String DUPLICATE_NAME = "MRD-2302";
    public static final String REPEATED_ITEM = "MRD-2303";
    public static final String REGION_KEEPS_NO_DATA = "MRD-2304";
    public static final String OUTSIDE_RESIDENCY = "MRD-2305";
    public static final String NOWHERE_ALLOWED = "MRD-2306";
    public static final String PRIMARY_OUTSIDE = "MRD-2307";
    public static final String ACKNOWLEDGEMENT_CONTRADICTION = "MRD-2308";
    public static final String TOPOLOGY_CONTRADICTION = "MRD-2309";
    public static final String COUNTERS_CONTRADICTION = "MRD-2310";
    public static final String RESOLVER_CONTRADICTION = "MRD-2311";
    public static final String LEASE_TOO_SHORT = "MRD-2312";
    public static final String TOO_FEW_REGIONS = "MRD-2313";
    public static final String WHICH_PRIMARY = "MRD-2314";
    public static final String TYPE_CLAIMED = "MRD-2315";
    public static final String REMOTE_ACCESS_WIDENED = "MRD-2316";
    public static final String HALF_COORDINATES = "MRD-2317";
    public static final String SCHEDULE = "MRD-2318";
    public static final String WAN_PAIR = "MRD-2319";
    public static final String NO_WEIGHT = "MRD-2320";
    public static final String TWO_PASSWORDS = "MRD-2321";
    public static final String PASSWORD_FILE = "MRD-2322";
    public static final String SECRET_READABLE = "MRD-2323";
    public static final String IMMUTABLE = "MRD-2324";
    public static final String LINK_FILES = "MRD-2325";
    public static final String NOT_A_WITNESS = "MRD-2326";
    public static final String DETECTION_TOO_SHORT = "MRD-2327";
    public static final String PARTITIONS = "MRD-2328";
    public static final String PARENT = "MRD-2329";
    public static final String RESOLVER_FAULT = "MRD-2340";

    // Warnings
    public static final String SECRET_IN_PLAIN_TEXT = "MRD-2401";
    public static final String ONE_LOST_STOPS = "MRD-2402";
    public static final String UNKNOWN_PLACE = "MRD-2403";
    public static final String NOT_UNDER_GDPR = "MRD-2404";
    public static final String NO_EFFECT = "MRD-2405";
    public static final String UNBOUND_TYPE = "MRD-2406";

    private ErrorCodes() {}
}
