package dev.meridian.server.conflict;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelEvaluationListener;
import java.util.Collection;
import java.util.Map;

/**
 * What one evaluation may cost: a unit for each step, and more for results that are long. Counted, not timed, so that a rule that is too
 * costly is so in every region.
 */
final class CelBudget implements CelEvaluationListener {
    private static final int UNITS_MAX = 300_000;
    private static final int BYTES_A_UNIT = 32;
    private static final int TEXT_MAX = 1 << 20;
    private static final int ELEMENTS_MAX = 1_000;

    private int units;

    @Override
    public void callback(CelExpr expr, Object result) {
        units += 1 + weight(result);
        if (units > UNITS_MAX) {
            throw new CelRuleException("the rule takes too many steps for these siblings", 0);
        }
    }

    private static int weight(Object result) {
        int length = result instanceof String text
                ? text.length()
                : result instanceof CelByteString bytes ? bytes.size() : 0;
        int elements = elements(result);
        if (length > TEXT_MAX || elements > ELEMENTS_MAX) {
            throw new CelRuleException(
                    "the rule works on a text of more than " + TEXT_MAX + " characters, or a list or map of more than "
                            + ELEMENTS_MAX + " elements",
                    0);
        }
        return length / BYTES_A_UNIT + elements;
    }

    private static int elements(Object result) {
        return result instanceof Collection<?> list ? list.size() : result instanceof Map<?, ?> map ? map.size() : 0;
    }
}
