package io.millrace.gateway.http;

import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.command.CommandLog;
import io.millrace.gateway.diagnosis.Diagnostics;
import io.millrace.gateway.enrolment.Enrolments;
import io.millrace.gateway.flow.LimitsConfig;
import io.millrace.gateway.identity.Authenticator;
import io.millrace.gateway.identity.DeviceTable;
import io.millrace.gateway.identity.PeerAuthenticator;
import io.millrace.gateway.kafka.RecordWriter;
import io.millrace.gateway.poll.PollSessions;
import io.millrace.gateway.session.Lease;
import io.millrace.gateway.session.Sessions;
import io.millrace.schemas.Topics;
import java.time.Clock;

/** What the gateway has once and every HTTP request needs. All of it may be called by any event loop. */
public record HttpServices(
        GatewayConfig.Http config,
        LimitsConfig limits,
        Topics topics,
        RecordWriter writer,
        DeviceTable devices,
        Authenticator authenticator,
        Enrolments enrolments,
        Provisioners provisioners,
        PeerAuthenticator peers,
        Lease lease,
        Sessions sessions,
        PollSessions polls,
        CommandLog commandLog,
        Diagnostics diagnostics,
        GatewayMetrics metrics,
        Clock clock) {}
