// The admin calls of the node that served this page. The token is kept for this tab only.

const KEY = "convoy-admin-token";
const PATIENCE_MS = 5000;

/** A refusal, with the sentence that the node gave for it; status 0: there was no answer at all. */
export class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/** A token in the address (after #, which no server sees) is for whoever started a cluster to play with. */
export function takeTokenFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!given) return;
  keepToken(given);
  history.replaceState(null, "", location.pathname);
}

export const token = () => sessionStorage.getItem(KEY);
export const keepToken = (text) => sessionStorage.setItem(KEY, text);
export const forgetToken = () => sessionStorage.removeItem(KEY);

async function call(method, path, body) {
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), PATIENCE_MS);
  let response;
  try {
    response = await fetch(`/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token() ?? ""}`, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
      signal: gaveUp.signal,
      cache: "no-store",
      credentials: "omit",
    });
  } catch {
    throw new Refusal(0, "This node does not answer.");
  } finally {
    clearTimeout(timer);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer.error ?? `The node answered with ${response.status}.`);
  return answer;
}

export const cluster = () => call("GET", "/cluster");
export const rooms = (limit) => call("GET", `/rooms?all=true&limit=${limit}`);
export const sessions = (kind, text, limit) =>
  call("GET", `/sessions?all=true&limit=${limit}${text ? `&${kind}=${encodeURIComponent(text)}` : ""}`);
export const drain = (serverId) => call("POST", "/drain", { serverId });
export const kick = (id) => call("POST", `/sessions/${encodeURIComponent(id)}/kick`, { reason: "sent away from the console" });
