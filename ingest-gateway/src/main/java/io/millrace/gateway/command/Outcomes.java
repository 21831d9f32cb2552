package io.millrace.gateway.command;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Dispatch;

/** Where it is told what became of an attempt to send a command. */
public interface Outcomes {
    void delivered(Dispatch dispatch);

    void unconfirmed(Dispatch dispatch);

    void undelivered(Dispatch dispatch, UndeliveredReason reason);
}
