package io.millrace.standalone;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Standard output as a person sees it: lines that scroll, and on a terminal one status line below them that is redrawn in
 * place. Any thread.
 */
final class Terminal {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean interactive;
    private String status = "";

    Terminal(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    /** On standard output; a terminal unless it was redirected or TERM says that it cannot. */
    static Terminal standard() {
        String term = System.getenv("TERM");
        boolean able = term != null && !term.equals("dumb");
        return new Terminal(System.out, able && hasConsole());
    }

    boolean isInteractive() {
        return interactive;
    }

    synchronized void println(String line) {
        if (interactive && !status.isEmpty()) {
            out.print(CLEAR_LINE);
        }
        out.println(line);
        if (interactive && !status.isEmpty()) {
            out.print(status);
        }
        out.flush();
    }

    /** Redraws the status line; without a terminal it is a line like any other. */
    synchronized void status(String line) {
        if (interactive) {
            status = line;
            out.print(CLEAR_LINE + line);
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** Leaves the last status line where it is and goes on below it. */
    synchronized void endStatus() {
        if (interactive && !status.isEmpty()) {
            out.println();
            status = "";
        }
        out.flush();
    }

    /** JDK 22 and later have a console object even when redirected; there it can be asked. */
    private static boolean hasConsole() {
        java.io.@Nullable Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(
                    java.io.Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
