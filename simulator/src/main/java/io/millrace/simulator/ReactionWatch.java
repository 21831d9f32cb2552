package io.millrace.simulator;

import org.jspecify.annotations.Nullable;

/**
 * Knows which command a device's last readings must cause under the rules that `./millrace up` ships: above 30 °C FAN_ON, back
 * below 27 °C FAN_OFF, each once. Pure; one per device, used by its event loop only.
 */
final class ReactionWatch {
    static final int HOT = 30_00;
    static final int COOL = 27_00;

    enum Crossing {
        NONE,
        CROSSED,
        /** Crossed while the command for the crossing before was still awaited. */
        CROSSED_UNANSWERED
    }

    private boolean hot;
    private @Nullable DeviceCommand awaited;
    private long since;

    /** A reading, in hundredths of a degree, is about to be published. */
    Crossing published(int temperature, long now) {
        if (!crosses(temperature)) {
            return Crossing.NONE;
        }
        hot = !hot;
        boolean unanswered = awaited != null;
        awaited = hot ? DeviceCommand.FAN_ON : DeviceCommand.FAN_OFF;
        since = now;
        return unanswered ? Crossing.CROSSED_UNANSWERED : Crossing.CROSSED;
    }

    /** A reading was kept for later because there is no connection: the rule will see it, but its reaction says nothing. */
    void kept(int temperature) {
        if (crosses(temperature)) {
            hot = !hot;
        }
    }

    /** Nanoseconds since the reading that caused this command, or -1 if it was not awaited. */
    long arrived(DeviceCommand command, long now) {
        if (command != awaited) {
            return -1;
        }
        awaited = null;
        return now - since;
    }

    private boolean crosses(int temperature) {
        return hot ? temperature < COOL : temperature > HOT;
    }
}
