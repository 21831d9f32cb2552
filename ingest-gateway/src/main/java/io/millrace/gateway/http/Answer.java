package io.millrace.gateway.http;

import io.millrace.gateway.GatewayMetrics;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one answer to a request: the first that is given is sent and counted, later ones are not. Its event loop only. */
final class Answer {
    private static final Logger log = LoggerFactory.getLogger(Answer.class);
    private static final String PROBLEM = "application/problem+json";

    private final HttpServerRequest request;
    private final GatewayMetrics metrics;
    private final Runnable whenGiven;
    private boolean given;

    /** @param whenGiven called once, before it is sent */
    Answer(HttpServerRequest request, GatewayMetrics metrics, Runnable whenGiven) {
        this.request = request;
        this.metrics = metrics;
        this.whenGiven = whenGiven;
        var unused = request.response()
                .exceptionHandler(failure -> log.atDebug().setCause(failure).log("answer not sent"));
    }

    boolean isGiven() {
        return given;
    }

    /** The client is gone: none will be sent. */
    void giveUp() {
        given = true;
    }

    void fail(Problem problem) {
        var unused = send(problem.status(), PROBLEM, problem.headers(), problem.json());
    }

    /** Without content. */
    void empty(int status, Map<String, String> headers) {
        var unused = send(status, "", headers, new byte[0]);
    }

    /**
     * @param type of the content; empty if there is none
     * @return when it is written; failed if it cannot be any more
     */
    Future<Void> send(int status, String type, Map<String, String> headers, byte[] content) {
        var response = request.response();
        if (given) {
            return Future.failedFuture("answered already");
        }
        given = true;
        metrics.httpAnswer(status);
        whenGiven.run();
        if (response.closed() || response.ended()) {
            return Future.failedFuture("the client is gone");
        }
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        if (type.isEmpty()) {
            return response.end();
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, type);
        return response.end(Buffer.buffer(content));
    }
}
