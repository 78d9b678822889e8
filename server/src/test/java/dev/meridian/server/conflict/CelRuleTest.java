package dev.meridian.server.conflict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.data.ConflictRule.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CelRuleTest {
    private static final byte[] KEY = {'k'};

    private static List<Version> siblings(String... values) {
        List<Version> siblings = new ArrayList<>();
        for (String value : values) {
            siblings.add(new Version(
                    value.getBytes(StandardCharsets.ISO_8859_1),
                    1_000 + siblings.size(),
                    siblings.isEmpty() ? "eu" : "us"));
        }
        return siblings;
    }

    private static String resolve(String rule, String... values) {
        return new String(CelRule.compile(rule).resolve(KEY, siblings(values)), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "siblings[0]|old|new|old",
                "siblings.last()|old|new|new",
                "siblings[0].value + '+' + siblings[1].value|a|b|a+b",
                "siblings.sortBy(s, size(s.value)).last()|longest|short|longest",
                "siblings.filter(s, s.region == 'eu')[0].value|a|b|a",
                "siblings.sortBy(s, s.hlc_ms)[0]|a|b|a",
                "math.greatest(siblings.map(s, int(s.value)))|7|12|12",
                "siblings.sortBy(s, s.value.revision).last()|{\"revision\": 10, \"t\":1}|{\"revision\":9}|{\"revision\": 10, \"t\":1}",
                "siblings[0].value.n + siblings[1].value.n|{\"n\":1}|{\"n\":2}|3",
                "siblings.map(s, s.value.tags).flatten().distinct().sort()|{\"tags\":[\"b\",\"a\"]}|{\"tags\":[\"c\",\"a\"]}|[\"a\",\"b\",\"c\"]",
                "{'of': siblings.map(s, s.value), 'n': null, 'd': 1.5, 't': true}|a|\"|{\"of\":[\"a\",\"\\\"\"],\"n\":null,\"d\":1.5,\"t\":true}",
                "siblings.exists(s, s.value == 'x')|a|x|true",
                "siblings.map(s, s.value).join('/')|a|b|a/b",
                "siblings[0].value|[1, 2 ]|b|[1, 2 ]",
                "siblings[0].value|{broken|b|{broken",
                "siblings[0].value.size() == 1 ? 'bytes' : 'text'|\u00ff|b|bytes",
                "siblings[0].value|\u00ff\u00fe|b|\u00ff\u00fe",
            })
    void aRuleGivesASiblingOrAValue(String rule, String older, String newer, String expected) {
        assertThat(resolve(rule, older, newer)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "siblings.lst()|undeclared reference to 'lst'|12",
                "siblings[|mismatched input|9",
                "'a' + |mismatched input|5",
                "now()|undeclared reference to 'now'|3",
                "lists.range(100000)|a rule has no lists.range|0",
                "[[1]].flatten(3)|a rule has no flatten with a depth|0",
                "siblings[0].value.replace('a', 'b')|undeclared reference to 'replace'|25",
                "timestamp('2020-01-01T00:00:00Z')|the rule gives a google.protobuf.Timestamp|0",
                "null|the rule gives a null|0",
            })
    void whatIsNoRuleIsToldWithItsPlace(String rule, String message, int at) {
        assertThatThrownBy(() -> CelRule.compile(rule))
                .isInstanceOfSatisfying(
                        CelRuleException.class, e -> assertThat(e.at()).isEqualTo(at))
                .hasMessageContaining(message)
                .hasMessageNotContaining("container");
    }

    @Test
    void aFaultInASecondLineHasItsPlaceInTheWholeText() {
        assertThatThrownBy(() -> CelRule.compile("siblings\n  .nope()"))
                .isInstanceOfSatisfying(
                        CelRuleException.class, e -> assertThat(e.at()).isEqualTo(16));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "siblings[5]|Index out of bounds",
                "siblings[0].value.revision|resolving field 'revision'",
                "siblings.filter(s, s.region == 'mars').last()|the rule gives nothing",
                "int(siblings[0].value)|",
                "siblings[0].value == 'a' ? [siblings[0].hlc_ms / 0][0] : 0|zero",
                "[1.0 / 0.0]|JSON has no number",
            })
    void aRuleWithoutAnAnswerSaysWhy_V7(String rule, String message) {
        assertThatThrownBy(() -> resolve(rule, "a", "b"))
                .isInstanceOf(CelRuleException.class)
                .hasMessageNotContaining("<input>")
                .hasMessageContaining(message == null ? "" : message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "siblings.map(a, siblings.map(b, siblings.map(c, siblings.map(d, siblings.map(e, siblings.map(f, 1))))))",
                "siblings.map(s, siblings.map(t, t.value + t.value + t.value + s.value)).size()",
                "cel.bind(a, siblings[0].value, cel.bind(b, a+a+a+a, cel.bind(c, b+b+b+b, cel.bind(d, c+c+c+c, d+d+d+d))))",
                "cel.bind(l, [1,2,3,4,5,6,7,8,9], cel.bind(m, l.map(a, l.map(b, l.map(c, l))), m.flatten().flatten().flatten()))",
                "siblings.map(s, s.value).join(siblings[0].value + siblings[0].value + siblings[0].value)",
                "cel.bind(l, siblings.map(s, s), cel.bind(a, [l,l,l,l,l,l,l,l], cel.bind(b, [a,a,a,a,a,a,a,a],"
                        + " cel.bind(c, [b,b,b,b,b,b,b,b], cel.bind(d, [c,c,c,c,c,c,c,c], [d,d,d,d,d,d,d,d])))))",
            })
    void whatARuleMayCostIsBoundedAndTheSameEveryTime_V7(String rule) {
        String[] values = Collections.nCopies(10, "x".repeat(60_000)).toArray(String[]::new);
        CelRule compiled = CelRule.compile(rule);
        long beganNs = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> compiled.resolve(KEY, siblings(values)))
                    .isInstanceOf(CelRuleException.class)
                    .message()
                    .isNotBlank();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void tooManySiblingsOrBytesAreRefusedBeforeTheRuleSeesThem_V7() {
        CelRule rule = CelRule.compile("siblings[0]");
        assertThatThrownBy(() -> rule.resolve(KEY, siblings("x".repeat(600_000), "x".repeat(600_000))))
                .hasMessageContaining("1048576 bytes");
        assertThatThrownBy(() ->
                        rule.resolve(KEY, siblings(Collections.nCopies(101, "x").toArray(String[]::new))))
                .hasMessageContaining("100 siblings");
    }

    @Test
    void aRuleThatNestsTooDeeplyIsNoRule() {
        assertThatThrownBy(() -> CelRule.compile("(".repeat(200) + "1" + ")".repeat(200)))
                .isInstanceOf(CelRuleException.class);
        assertThatThrownBy(() -> CelRule.compile("1" + "+1".repeat(4_000))).isInstanceOf(CelRuleException.class);
    }
}
