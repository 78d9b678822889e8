package dev.meridian.server.conflict;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.meridian.kernel.data.ConflictRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An expression in CEL over {@code siblings}, a list of {@code {value, hlc_ms, region}}, the newest last. Pure: it knows neither the time nor
 * chance, and its work is bounded by steps, so that it ends alike on every machine. Not thread-safe.
 */
public final class CelRule implements ConflictRule {
    private static final int SIBLINGS_MAX = 100;
    private static final int SIBLINGS_BYTES_MAX = 1 << 20;

    private final CelRuntime.Program program;

    private CelRule(CelRuntime.Program program) {
        this.program = program;
    }

    /** @throws CelRuleException with what is wrong with the expression, and where */
    public static CelRule compile(String expression) {
        try {
            var ast = CelEnvironment.COMPILER.compile(expression).getAst();
            String excluded = CelEnvironment.excluded(ast);
            if (excluded != null) {
                throw new CelRuleException("a rule has no " + excluded, 0);
            }
            CelType type = ast.getResultType();
            if (!CelValues.canBeAnswer(type)) {
                throw new CelRuleException(
                        "the rule gives a " + type.name()
                                + ", and has to give a sibling, or the value: text, bytes, a number, a truth value, a list or a map",
                        0);
            }
            return new CelRule(CelEnvironment.RUNTIME.createProgram(ast));
        } catch (CelValidationException e) {
            var first = e.getErrors().getFirst();
            int line = first.getSourceLocation().getLine();
            int at = first.getSourceLocation().getColumn();
            for (int from = 0; line > 1; line--) {
                from = expression.indexOf('\n', from) + 1;
                at = from + first.getSourceLocation().getColumn();
            }
            throw new CelRuleException(first.getMessage().replace(" (in container '')", ""), at);
        } catch (CelEvaluationException e) {
            throw new CelRuleException(String.valueOf(e.getMessage()), 0);
        }
    }

    @Override
    public byte[] resolve(byte[] key, List<Version> siblings) {
        int bytes = siblings.stream().mapToInt(s -> s.value().length).sum();
        if (siblings.size() > SIBLINGS_MAX || bytes > SIBLINGS_BYTES_MAX) {
            throw new CelRuleException(
                    "the rule sees up to " + SIBLINGS_MAX + " siblings of up to " + SIBLINGS_BYTES_MAX
                            + " bytes together, and these are " + siblings.size() + " of " + bytes,
                    0);
        }
        CelValues values = new CelValues();
        List<Map<String, Object>> list = new ArrayList<>();
        for (Version sibling : siblings) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("value", values.of(sibling.value()));
            map.put("hlc_ms", sibling.hlcMs());
            map.put("region", sibling.region());
            values.stands(map, sibling.value());
            list.add(map);
        }
        try {
            return values.bytes(program.trace(Map.of("siblings", list), new CelBudget()));
        } catch (CelEvaluationException e) {
            throw new CelRuleException(reason(e), 0);
        }
    }

    /** What went wrong, without the place in front, which nobody sees. */
    private static String reason(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CelRuleException own) {
                return String.valueOf(own.getMessage());
            }
        }
        return String.valueOf(e.getMessage()).replaceFirst("^evaluation error at <input>:[0-9]+: ", "");
    }
}
