package io.millrace.simulator;

/** Why a connection that was accepted ended without the simulator's doing. */
public enum ConnectionEnd {
    CLOSED("closed by the server or the network"),
    NO_ANSWER("no answer to a ping or a request"),
    NO_MQTT("the server broke the protocol"),
    TOO_LARGE("a packet above the 1,024 bytes of the board");

    private final String text;

    ConnectionEnd(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
