package io.millrace.gateway.poll;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.command.Outcomes;
import io.millrace.gateway.identity.DeviceTable;
import io.millrace.gateway.session.Lease;
import io.millrace.gateway.session.SessionLog;
import io.millrace.gateway.session.Sessions;
import java.time.Clock;
import java.time.Duration;

/**
 * What all sessions of polling devices need. All of it may be called by any event loop.
 *
 * @param grace how long a session outlives its last poll
 * @param most devices that may have a session
 */
public record PollServices(
        Duration grace,
        int most,
        Sessions sessions,
        SessionLog sessionLog,
        Lease lease,
        DeviceTable devices,
        Outcomes outcomes,
        GatewayMetrics metrics,
        Clock clock) {}
