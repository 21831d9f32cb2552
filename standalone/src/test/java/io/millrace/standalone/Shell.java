package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in a shell of its own, its output in a file. */
record Shell(Process process, Path file) implements AutoCloseable {
    Shell(String line, Path file) throws IOException {
        this(
                new ProcessBuilder(List.of("sh", "-c", "exec " + line))
                        .redirectErrorStream(true)
                        .redirectOutput(file.toFile())
                        .start(),
                file);
    }

    /** Where Debian keeps HAProxy and NGINX; not on everybody's path. */
    private static final String PATH = "PATH=$PATH:/usr/sbin; export PATH; ";

    /** What it prints until it has ended well. */
    static String run(String line) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", PATH + line)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(line + ": " + output).isZero();
        return output;
    }

    static boolean works(String line) throws Exception {
        return new ProcessBuilder("sh", "-c", PATH + line + " >/dev/null 2>&1")
                        .start()
                        .waitFor()
                == 0;
    }

    static void assumeInstalled(String program) throws Exception {
        assumeTrue(works("command -v " + program), program + " is not installed: test left out");
    }

    String output() throws IOException {
        return Files.readString(file);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
