package io.millrace.gateway.http;

/** Who wants the body of a request, and answers it. */
interface Recipient {
    /** The whole body is here. */
    void take(byte[] body);

    /** @param beginning as much of the body as is kept */
    void tooLarge(byte[] beginning);
}
