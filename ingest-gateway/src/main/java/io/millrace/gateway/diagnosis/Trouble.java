package io.millrace.gateway.diagnosis;

import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceDiagnostic.ConnectRefused;
import io.millrace.schemas.DeviceDiagnostic.Finding;
import io.millrace.schemas.DeviceDiagnostic.Noticed;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was wrong with one device since it was last written down. Its map entry's lock guards it, see {@link Diagnostics}. */
final class Trouble {
    /** A client chooses its topic names; this much of one is enough to find it in the firmware. */
    private static final int LONGEST_DETAIL = 200;

    private record Tally(long count, String detail) {
        private Tally and(Tally newer) {
            return new Tally(count + newer.count, newer.detail);
        }
    }

    private final Instant from;
    private final Map<Sign, Tally> signs = new EnumMap<>(Sign.class);
    private final Map<String, Tally> refusals = new HashMap<>();

    Trouble(Instant from) {
        this.from = from;
    }

    void noticed(Sign sign, String detail) {
        String kept = detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL);
        signs.merge(sign, new Tally(1, kept), Tally::and);
    }

    /** @param reason one of the few that there are */
    void refused(String reason, String address) {
        refusals.merge(reason, new Tally(1, address), Tally::and);
    }

    List<DeviceDiagnostic> records(DeviceId device, int slot, Instant now) {
        List<DeviceDiagnostic> records = new ArrayList<>();
        if (!signs.isEmpty()) {
            List<Finding> findings = new ArrayList<>();
            signs.forEach((sign, tally) -> findings.add(new Finding(sign, tally.count, text(tally))));
            records.add(new Noticed(device, slot, from, now, findings));
        }
        refusals.forEach((reason, tally) ->
                records.add(new ConnectRefused(device, slot, from, now, reason, tally.count, text(tally))));
        return records;
    }

    private static Optional<String> text(Tally tally) {
        return tally.detail.isEmpty() ? Optional.empty() : Optional.of(tally.detail);
    }
}
