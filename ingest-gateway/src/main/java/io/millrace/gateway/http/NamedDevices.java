package io.millrace.gateway.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The devices that a body names itself in the field {@code deviceId} of its objects. Pure.
 *
 * @param inAll whether every object names one
 */
record NamedDevices(Set<String> ids, boolean inAll) {
    private static final String FIELD = "deviceId";

    NamedDevices {
        ids = Set.copyOf(ids);
    }

    /**
     * Of an object, an array of objects, or objects one after another.
     *
     * @throws IllegalArgumentException saying where it is not JSON
     */
    static NamedDevices in(byte[] body) {
        Set<String> ids = new HashSet<>();
        boolean inAll = true;
        try (JsonParser json = Json.mapper().getFactory().createParser(body)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    inAll &= readObject(json, ids);
                } else if (token != JsonToken.START_ARRAY && token != JsonToken.END_ARRAY) {
                    inAll = false;
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "not JSON from byte " + e.getLocation().getByteOffset(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NamedDevices(ids, inAll && !ids.isEmpty());
    }

    private static boolean readObject(JsonParser json, Set<String> ids) throws IOException {
        boolean named = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isId = json.currentName().equals(FIELD);
            if (json.nextToken() == JsonToken.VALUE_STRING && isId) {
                ids.add(json.getText());
                named = true;
            } else {
                json.skipChildren();
            }
        }
        return named;
    }
}
