package io.millrace.runtime.process;

/** A whole service as an object, used alike by its main, by tests and by standalone. */
public interface Service extends AutoCloseable {
    /**
     * Starts and returns once the service serves. What it needs and is not there (Kafka, PostgreSQL) is waited for or
     * named in the error.
     *
     * @throws StartException for what a person can mend: a port in use, a neighbour that does not answer
     */
    void start();

    /** Stops within 10 s, what has been accepted is finished first; may be called after a failed start. */
    @Override
    void close();
}
