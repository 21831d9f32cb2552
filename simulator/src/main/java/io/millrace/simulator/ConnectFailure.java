package io.millrace.simulator;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

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

    static ConnectFailure of(MqttConnectReturnCode code) {
        return switch (code) {
            case CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION -> UNACCEPTABLE_PROTOCOL;
            case CONNECTION_REFUSED_IDENTIFIER_REJECTED -> IDENTIFIER_REJECTED;
            case CONNECTION_REFUSED_SERVER_UNAVAILABLE -> SERVER_UNAVAILABLE;
            case CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD -> BAD_CREDENTIALS;
            case CONNECTION_REFUSED_NOT_AUTHORIZED -> NOT_AUTHORIZED;
            default -> OTHER_REASON;
        };
    }
}
