package io.millrace.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** Shows our own warnings on the terminal, above the status line. Everything stands in the log file. */
final class TerminalAppender extends AppenderBase<ILoggingEvent> {
    private final Terminal terminal;

    private TerminalAppender(Terminal terminal) {
        this.terminal = terminal;
    }

    static void attach(Terminal terminal) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        TerminalAppender appender = new TerminalAppender(terminal);
        appender.setContext(context);
        appender.setName("TERMINAL");
        appender.start();
        Logger ours = context.getLogger("io.millrace");
        ours.addAppender(appender);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!event.getLevel().isGreaterOrEqual(Level.WARN)) {
            return;
        }
        StringBuilder line = new StringBuilder(event.getLevel().equals(Level.WARN) ? "warning: " : "error: ")
                .append(event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append('=').append(pair.value);
            }
        }
        terminal.println(line.toString());
    }
}
