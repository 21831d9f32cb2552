package io.millrace.gateway.transport;

import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.impl.VertxConnection;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;

/**
 * Half of the heap that an idle connection costs in Vert.x is a queue, 4.7 KB, through which other threads may write to it. The
 * gateway writes from the connection's own event loop only, so its connections get Vert.x's own other way of writing, which
 * has no queue: the strict thread mode that Vert.x offers for HTTP and not for plain sockets. This is the only class that
 * reaches into vertx-core for it.
 */
final class DirectWrites {
    private static final Field QUEUE;
    private static final Constructor<?> DIRECT;

    static {
        try {
            QUEUE = VertxConnection.class.getDeclaredField("outboundMessageQueue");
            QUEUE.setAccessible(true);
            DIRECT = Class.forName(VertxConnection.class.getName() + "$DirectOutboundMessageQueue")
                    .getDeclaredConstructor(VertxConnection.class);
            DIRECT.setAccessible(true);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private DirectWrites() {}

    /** On the socket's event loop, before anything is written. From here on only that thread may write. */
    static void use(NetSocketInternal socket) {
        try {
            QUEUE.set(socket, DIRECT.newInstance(socket));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("vertx-core's connection has another shape than 5.0.8's", e);
        }
    }
}
