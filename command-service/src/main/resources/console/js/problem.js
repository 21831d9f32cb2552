import {T} from "./texts.js";

/** A refusal of the service, as problem+json tells it, or a service that cannot be reached (status 0). */
export class Problem extends Error {
  constructor(status, json, retryAfter) {
    super(json.detail ?? json.title ?? T.errors.status(status));
    this.name = "Problem";
    this.status = status;
    this.code = json.code ?? "";
    this.title = json.title ?? "";
    this.detail = this.message;
    /** Name of the one field that cannot be used, if it is about one. */
    this.field = json.field ?? null;
    this.retryAfter = retryAfter;
    this.json = json;
  }

  /** What to write beside the field: without its name, which stands there already. */
  get atField() {
    const prefix = this.field + ": ";
    return this.field && this.detail.startsWith(prefix) ? this.detail.slice(prefix.length) : this.detail;
  }

  static async of(response) {
    const type = response.headers.get("Content-Type") ?? "";
    const json = type.includes("json") ? await response.json().catch(() => ({})) : {};
    const after = Number(response.headers.get("Retry-After")) || null;
    return new Problem(response.status, json, after);
  }

  static away() {
    return new Problem(0, {code: "away", detail: T.errors.away});
  }
}

/** What to say of anything that went wrong. */
export function explain(error) {
  if (!(error instanceof Problem)) return T.errors.bug(error?.message ?? String(error));
  if (error.status === 403) return T.errors.forbidden(error.detail);
  if (error.status === 429 && error.retryAfter) return T.errors.tooMany(error.detail, error.retryAfter);
  return error.detail;
}
