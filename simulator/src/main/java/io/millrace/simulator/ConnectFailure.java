package io.millrace.simulator;

/** Why a try to connect did not end in a connection. */
public enum ConnectFailure {
    UNACCEPTABLE_PROTOCOL("refused: unacceptable protocol version"),
    IDENTIFIER_REJECTED("refused: client id rejected"),
    SERVER_UNAVAILABLE("refused: server unavailable"),
    BAD_CREDENTIALS("refused: bad user name or password"),
    NOT_AUTHORIZED("refused: not authorized"),
    OTHER_REASON("refused: other reason"),
    UNREACHABLE("no TCP connection"),
    NO_CONNACK("no CONNACK in time"),
    TLS_FAILED("TLS handshake failed"),
    CLOSED_EARLY("closed before CONNACK"),
    GIVEN_UP("given up at stop");

    private final String text;

    ConnectFailure(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Whether the server answered with a refusal, which no waiting will change. */
    public boolean refused() {
        return ordinal() <= OTHER_REASON.ordinal();
    }

    /** Of a return code in CONNACK, which is not 0. */
    static ConnectFailure of(int code) {
        return switch (code) {
            case 1 -> UNACCEPTABLE_PROTOCOL;
            case 2 -> IDENTIFIER_REJECTED;
            case 3 -> SERVER_UNAVAILABLE;
            case 4 -> BAD_CREDENTIALS;
            case 5 -> NOT_AUTHORIZED;
            default -> OTHER_REASON;
        };
    }
}
