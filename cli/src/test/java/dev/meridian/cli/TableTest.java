package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table("region", ">ops/s", "state")
            .row("eu-west-1", "3.0k", "serving")
            .row("us", "12", "down");

    @Test
    void textIsAlignedLeftAndNumbersRight() {
        assertThat(table.lines("  ", 80))
                .containsExactly(
                        "  region     ops/s  state", "  eu-west-1   3.0k  serving", "  us            12  down");
    }

    @Test
    void columnsDropFromTheRightAndNamesAreNeverCut() {
        assertThat(table.lines("", 20)).containsExactly("region     ops/s", "eu-west-1   3.0k", "us            12");
        assertThat(table.lines("", 3)).containsExactly("region", "eu-west-1", "us");
    }

    @Test
    void cellsAreEscaped() {
        assertThat(new Table("a").row("x\u001b[2J\n").lines("", 80)).isEqualTo(List.of("a", "x\\x1b[2J\\n"));
    }
}
