package io.millrace.commands.api;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** The body of a request as it arrives, up to a number of bytes; more than that fails it with a {@link Problem}. On its event loop. */
final class Upload implements ReadStream<Buffer> {
    private final ReadStream<Buffer> body;
    private final long maxBytes;
    private long bytes;
    private @Nullable Handler<Throwable> failed;

    Upload(ReadStream<Buffer> body, long maxBytes) {
        this.body = body;
        this.maxBytes = maxBytes;
    }

    static Problem tooLarge(long maxBytes) {
        return Problem.of(413, "too-large", "the body is larger than " + maxBytes + " bytes");
    }

    @Override
    @CanIgnoreReturnValue
    public Upload handler(@Nullable Handler<Buffer> handler) {
        body.handler(handler == null ? null : buffer -> take(buffer, handler));
        return this;
    }

    private void take(Buffer buffer, Handler<Buffer> handler) {
        bytes += buffer.length();
        if (bytes <= maxBytes) {
            handler.handle(buffer);
            return;
        }
        body.handler(null);
        body.endHandler(null);
        body.exceptionHandler(null);
        body.resume();
        Handler<Throwable> tell = failed;
        if (tell != null) {
            tell.handle(tooLarge(maxBytes));
        }
    }

    @Override
    @CanIgnoreReturnValue
    public Upload exceptionHandler(@Nullable Handler<Throwable> handler) {
        failed = handler;
        body.exceptionHandler(handler);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Upload endHandler(@Nullable Handler<Void> handler) {
        body.endHandler(handler);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Upload pause() {
        body.pause();
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Upload resume() {
        body.resume();
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Upload fetch(long amount) {
        body.fetch(amount);
        return this;
    }
}
