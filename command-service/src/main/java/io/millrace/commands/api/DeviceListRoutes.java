package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceSearchStore;
import io.millrace.commands.store.DeviceSearchStore.Filter;
import io.millrace.commands.store.DeviceSearchStore.Order;
import io.millrace.commands.store.DeviceSearchStore.Page;
import io.millrace.commands.store.DeviceSearchStore.Position;
import io.millrace.commands.store.DeviceStore.Present;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Many devices: {@code GET /devices} by pages, {@code GET /devices/export} all of them. */
public final class DeviceListRoutes {
    private static final int EXPORT_PAGE = 500;

    private final DeviceSearchStore devices;

    public DeviceListRoutes(DeviceSearchStore devices) {
        this.devices = devices;
    }

    public List<Operation> operations() {
        return List.of(new Operation("listDevices", this::list), new Operation("exportDevices", this::export));
    }

    private Future<Answer> list(Call call) {
        int limit = call.limit(100);
        return devices.list(filter(call), call.cursor(2).map(DeviceListRoutes::position), limit)
                .map(page -> {
                    ObjectNode json = Answer.object();
                    ArrayNode items = json.putArray("items");
                    page.devices().forEach(device -> items.add(DeviceJson.of(device)));
                    page.next().ifPresent(next -> json.put("nextCursor", cursor(next)));
                    return Answer.ok(json);
                });
    }

    static Filter filter(Call call) {
        return new Filter(call.query("type"), call.labels(), call.flag("connected"), call.query("q"));
    }

    static String cursor(Position next) {
        return Call.cursor(next.order().name().toLowerCase(Locale.ROOT), next.id());
    }

    static Position position(String[] parts) {
        for (Order order : Order.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(parts[0])
                    && (parts[1].isEmpty() || DeviceId.isValid(parts[1]))) {
                return new Position(order, parts[1]);
            }
        }
        throw Call.wrongCursor(parts);
    }

    /** Registered ones only, as an import takes them; no two pages are of one moment. */
    private Future<Answer> export(Call call) {
        Filter filter = filter(call);
        return Future.succeededFuture(Answer.streamed(
                "application/x-ndjson",
                out -> eachPage(devices, filter, EXPORT_PAGE, page -> {
                    Buffer lines = lines(page);
                    return lines.length() == 0 ? Future.succeededFuture() : out.write(lines);
                })));
    }

    private static Buffer lines(Page page) {
        Buffer lines = Buffer.buffer();
        page.devices().stream().map(Present::device).filter(Device::registered).forEach(device -> lines.appendBytes(
                        DeviceJson.line(device).toString().getBytes(UTF_8))
                .appendByte((byte) '\n'));
        return lines;
    }

    /** All of them; the next page is fetched when the one before is done with. */
    static Future<Void> eachPage(
            DeviceSearchStore devices, Filter filter, int size, Function<Page, Future<Void>> work) {
        Deque<Optional<Position>> ahead = new ArrayDeque<>(List.of(Optional.empty()));
        return Loop.whileTrue(() -> devices.list(filter, ahead.remove(), size).compose(page -> {
            ahead.add(page.next());
            return work.apply(page).map(done -> page.next().isPresent());
        }));
    }
}
