package io.millrace.gateway.flow;

import io.millrace.schemas.RejectReason;

/** Who answers the client that a publication came from: an MQTT connection's acknowledgements, or one HTTP request. */
public interface Answering {
    /** Kafka has all of it, or has refused it for good. Its event loop; once for each publication that left. */
    void done(Publication publication);

    /** It is kept among the rejected ones, and {@link #done} follows as for any other. */
    default void rejected(RejectReason reason, String detail) {}
}
