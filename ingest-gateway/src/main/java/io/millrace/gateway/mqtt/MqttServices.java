package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.command.CommandLog;
import io.millrace.gateway.diagnosis.Diagnostics;
import io.millrace.gateway.enrolment.Enrolments;
import io.millrace.gateway.flow.LimitsConfig;
import io.millrace.gateway.identity.Authenticator;
import io.millrace.gateway.identity.DeviceTable;
import io.millrace.gateway.identity.KeyTable;
import io.millrace.gateway.identity.PeerAuthenticator;
import io.millrace.gateway.kafka.RecordWriter;
import io.millrace.gateway.live.LiveFeed;
import io.millrace.gateway.session.DuplicateIdentities;
import io.millrace.gateway.session.Lease;
import io.millrace.gateway.session.SessionLog;
import io.millrace.gateway.session.Sessions;
import io.millrace.gateway.state.SessionStates;
import io.millrace.schemas.Topics;
import java.time.Clock;

/** What the gateway has once and every MQTT conversation needs. All of it may be called by any event loop. */
public record MqttServices(
        GatewayConfig.Mqtt config,
        StormConfig storm,
        LimitsConfig limits,
        Topics topics,
        RecordWriter writer,
        DeviceTable devices,
        KeyTable keys,
        Authenticator authenticator,
        Enrolments enrolments,
        PeerAuthenticator peers,
        Sessions sessions,
        DuplicateIdentities identities,
        SessionLog sessionLog,
        SessionStates states,
        Lease lease,
        Operators operators,
        LiveFeed live,
        CommandLog commandLog,
        Diagnostics diagnostics,
        GatewayMetrics metrics,
        Clock clock) {}
