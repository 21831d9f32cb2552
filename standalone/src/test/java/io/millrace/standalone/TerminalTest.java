package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);

    @Test
    void aLineGoesAboveTheStatus() {
        Terminal terminal = new Terminal(out, true);
        terminal.status("1 device");
        terminal.println("warning: x");

        assertThat(bytes.toString(UTF_8)).endsWith("\r\u001b[Kwarning: x" + System.lineSeparator() + "1 device");
    }

    @Test
    void withoutATerminalTheStatusIsALineAndThereAreNoControlCharacters() {
        Terminal terminal = new Terminal(out, false);
        terminal.status("1 device");
        terminal.println("warning: x");
        terminal.endStatus();

        assertThat(bytes.toString(UTF_8).lines()).containsExactly("1 device", "warning: x");
    }

    @Test
    void theStatusSaysRatesOfTheTimeSinceTheLastOne() {
        Activity earlier = new Activity(1, 100, 0, 0, 0);
        Activity now = new Activity(1_200, 2_100, 1, 2, 3);

        assertThat(now.line(earlier, 2))
                .isEqualTo("1,200 devices | 1,000 readings/s | 1 rule fired | 2 commands delivered | lag 3");
    }
}
