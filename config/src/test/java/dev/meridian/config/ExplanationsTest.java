package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every code has its explanation, and every explanation its code. */
class ExplanationsTest {
    static Set<String> declaredCodes() {
        return Arrays.stream(ErrorCodes.class.getFields())
                .map(ExplanationsTest::value)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String value(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noTwoProblemsShareACode() {
        assertThat(declaredCodes()).hasSize(ErrorCodes.class.getFields().length);
    }

    @Test
    void everyCodeOfTheConfigurationIsExplainedAndTheOtherWayRound() {
        Set<String> explained = Explanations.codes().stream()
                .filter(code -> code.startsWith("MRD-2"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(explained).isEqualTo(declaredCodes());
    }

    @Test
    void everyExplanationSaysWhatItMeansAndShowsAnExampleAndTheMend() {
        for (String code : Explanations.codes()) {
            Explanation explanation = Explanations.find(code).orElseThrow();
            assertThat(explanation.title()).as(code).isNotBlank();
            assertThat(explanation.text()).as(code).contains("Mend:");
        }
    }

    @Test
    void aCodeIsFoundInAnySpelling() {
        String code = Explanations.find("MRD-2101").orElseThrow().code();

        assertThat(Explanations.find("mrd-2101").orElseThrow().code()).isEqualTo(code);
        assertThat(Explanations.find(" 2101 ").orElseThrow().code()).isEqualTo(code);
        assertThat(Explanations.find("MRD-9999")).isEmpty();
        assertThat(Explanations.find("../x")).isEmpty();
    }
}
