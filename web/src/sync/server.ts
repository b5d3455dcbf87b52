/** The few requests this phone makes. A problem answer (RFC 9457) becomes a ServerProblem with its own words. */
import {
  type ClinicChoice,
  type Enrolled,
  type EnrollRequest,
  type Problem,
  type SyncRequest,
  type SyncResponse,
  WIRE_VERSION,
} from "../events/wire";

export class ServerProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Milliseconds the server asks to wait before the next try. */
    readonly afterMs = 0,
  ) {
    super(message);
  }
}

/** No answer came: no network, a time-out, a broken connection. What was sent may have arrived. */
export class Unreachable extends Error {}

const PATIENCE_MS = 30_000;

export interface SignedIn {
  readonly staff: string;
  readonly name: string;
  readonly title: string;
}

export function signIn(login: string, password: string): Promise<SignedIn> {
  return ask("POST", "/api/session", { body: { login, password } });
}

/** With `token` a further seat on the device it is of. */
export function enroll(request: EnrollRequest, token?: string): Promise<Enrolled> {
  return ask("POST", "/enroll", { body: request, ...(token === undefined ? {} : { token }) });
}

export function clinics(token: string): Promise<readonly ClinicChoice[]> {
  return ask("GET", "/api/clinics", { token });
}

/** A facility of the district, as a clinic may be planned at it. */
export interface FacilityChoice {
  readonly facility: string;
  readonly name: string;
  readonly kind: string;
}

/** A child who may be put on a clinic's list; `lacks` are the law's short words for antigens. */
export interface Candidate {
  readonly student: string;
  readonly name: string;
  readonly birth_date: string;
  readonly grade: string;
  readonly classroom: string;
  readonly overall: string;
  readonly lacks: readonly string[];
}

export function facilities(token: string): Promise<readonly FacilityChoice[]> {
  return ask("GET", "/api/facilities", { token });
}

/** Somebody who works at a facility. */
export interface Colleague {
  readonly staff: string;
  readonly name: string;
  readonly title: string;
}

export function colleagues(token: string, facility: string): Promise<readonly Colleague[]> {
  return ask("GET", `/api/facilities/${facility}/staff`, { token });
}

/** The children of a facility; `asked` are the query's words, empty ones ask for nothing. */
export function candidates(
  token: string,
  facility: string,
  asked: Readonly<Record<string, string>>,
): Promise<readonly Candidate[]> {
  return ask("GET", `/api/facilities/${facility}/children?${new URLSearchParams(asked)}`, { token });
}

export function sync(token: string, request: SyncRequest): Promise<SyncResponse> {
  return ask("POST", "/sync", { token, body: request });
}

/** Whether an answer of the contract is one whose words this program cannot know. */
function isOfAnotherVersion(answer: { readonly version?: unknown } | null): boolean {
  const version = answer?.version;
  return typeof version === "number" && version !== WIRE_VERSION;
}

/** One request as this program; the browser adds the session cookie, where somebody signed in. */
export async function ask<Result>(
  method: string,
  path: string,
  more: { body?: unknown; bytes?: Uint8Array<ArrayBuffer>; token?: string },
): Promise<Result> {
  const headers: Record<string, string> = { "X-Doseledger": "1" };
  if (more.token !== undefined) headers.Authorization = `Bearer ${more.token}`;
  if (more.body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) };
  if (more.body !== undefined) init.body = JSON.stringify(more.body);
  if (more.bytes !== undefined) init.body = more.bytes;
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    throw new Unreachable("no answer", { cause: error });
  }
  if (response.status === 204) return undefined as Result;
  if (response.ok) {
    const answer = await response.json().catch((error) => {
      throw new Unreachable("the answer broke off", { cause: error });
    });
    if (isOfAnotherVersion(answer))
      throw new ServerProblem(
        response.status,
        "version-unknown",
        "The server speaks another version: update this app.",
      );
    return answer as Result;
  }
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const afterMs = (Number(response.headers.get("Retry-After")) || 0) * 1000;
  throw new ServerProblem(response.status, problem?.code ?? "unknown", problem?.detail ?? response.statusText, afterMs);
}
