package io.millrace.commands.console;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives out the web console: its one page at every address that a person may open, its files in a folder named after what is in them. What is
 * neither goes on to whoever stands behind. On event loops.
 */
public final class Console implements Handler<RoutingContext> {
    private static final Logger log = LoggerFactory.getLogger(Console.class);
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private final ConsoleFiles files = ConsoleFiles.read();

    @Override
    public void handle(RoutingContext context) {
        HttpMethod method = context.request().method();
        String path = context.normalizedPath();
        if (method != HttpMethod.GET && method != HttpMethod.HEAD) {
            context.next();
            return;
        }
        Optional<ConsoleFile> file = files.at(path);
        if (file.isPresent()) {
            send(context, file.get(), "public, max-age=31536000, immutable");
        } else if (isPage(context, path)) {
            send(context, files.page(), "no-cache");
        } else {
            context.next();
        }
    }

    /** Browsers ask for pages as HTML; everybody else is told that there is nothing here. */
    private static boolean isPage(RoutingContext context, String path) {
        String accept = context.request().getHeader("Accept");
        return path.equals("/")
                || !path.startsWith("/api/")
                        && !path.startsWith("/assets/")
                        && accept != null
                        && accept.contains("text/html");
    }

    private static void send(RoutingContext context, ConsoleFile file, String caching) {
        String accepted = context.request().getHeader("Accept-Encoding");
        boolean gzip = accepted != null && accepted.contains("gzip");
        Buffer body = gzip ? file.gzip() : file.plain();
        HttpServerResponse response = context.response()
                .putHeader("Content-Type", file.type())
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Cache-Control", caching)
                .putHeader("Vary", "Accept-Encoding")
                .putHeader("Content-Length", Integer.toString(body.length()));
        if (gzip) {
            response.putHeader("Content-Encoding", "gzip");
        }
        (context.request().method() == HttpMethod.HEAD ? response.end() : response.end(body))
                .onFailure(failure -> log.atDebug()
                        .addKeyValue("path", context.request().path())
                        .addKeyValue("reason", failure.toString())
                        .log("file not sent"));
    }
}
