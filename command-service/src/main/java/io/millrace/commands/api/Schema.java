package io.millrace.commands.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A schema of the document with its references filled in, and its validator, made once. The library's own validation of requests makes
 * one for each value of each request and copies all schemas of the document into it, which cost more than everything else that is done
 * for a request. Any thread.
 */
final class Schema {
    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("app://")
            .setOutputFormat(OutputFormat.Basic);
    /** Where the library has left its marks on a schema. */
    private static final String MARK = "__";

    private final JsonObject json;
    private final Validator validator;

    private Schema(JsonObject json) {
        this.json = json;
        // It leaves marks on what it is given.
        validator = Validator.create(JsonSchema.of(json.copy()), OPTIONS);
    }

    /** @param document in which references are looked up; none of them leads back to itself */
    static Schema of(JsonObject document, JsonSchema schema) {
        return new Schema((JsonObject) filled(document, schema));
    }

    private static Object filled(JsonObject document, Object node) {
        if (node instanceof JsonObject object) {
            JsonObject copy = new JsonObject();
            String reference = object.getString("$ref");
            if (reference != null) {
                Object target = JsonPointer.from(reference.substring(reference.indexOf('#') + 1))
                        .queryJson(document);
                copy.mergeIn((JsonObject) filled(document, target));
            }
            for (Map.Entry<String, Object> entry : object) {
                if (!entry.getKey().startsWith(MARK) && !entry.getKey().equals("$ref")) {
                    copy.put(entry.getKey(), filled(document, entry.getValue()));
                }
            }
            return copy;
        }
        if (node instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(element -> copy.add(filled(document, element)));
            return copy;
        }
        return node;
    }

    /** As the document has it, references filled in. */
    JsonObject json() {
        return json;
    }

    /** What is wrong with a value; empty if nothing is. */
    Optional<OutputUnit> violation(@Nullable Object value) {
        OutputUnit found = validator.validate(value);
        return Boolean.TRUE.equals(found.getValid()) ? Optional.empty() : Optional.of(found);
    }
}
