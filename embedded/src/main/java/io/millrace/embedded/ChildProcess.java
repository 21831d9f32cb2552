package io.millrace.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A class in a Java process of its own, for what only a process can suffer: to be stopped, to be killed. Runs on the class path of
 * its parent; may be used by any thread.
 */
public final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final String said;

    private ChildProcess(Process process, String said) {
        this.process = process;
        this.said = said;
    }

    /**
     * Returns when the process has printed a line that begins with that word; what else it prints is dropped, its errors go to those of
     * this process.
     *
     * @throws IllegalStateException if it ends without having said it
     */
    public static ChildProcess start(Class<?> main, List<String> arguments, String word) throws IOException {
        return start(main, List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), arguments, word);
    }

    /**
     * The same with options of its JVM, for one that is not small: to be measured, not to be killed.
     *
     * @throws IllegalStateException if it ends without having said the word
     */
    public static ChildProcess start(Class<?> main, List<String> options, List<String> arguments, String word)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(word)) {
                Thread drain = new Thread(() -> out.lines().forEach(rest -> {}), "drain-" + process.pid());
                drain.setDaemon(true);
                drain.start();
                return new ChildProcess(process, line.substring(word.length()).strip());
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException(main.getSimpleName() + " has ended without saying \"" + word + "\"");
    }

    /** What stood behind the word. */
    public String said() {
        return said;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** @param name without SIG */
    public void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
    }

    /** As kill -9 does it: nothing is closed, flushed or committed. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
