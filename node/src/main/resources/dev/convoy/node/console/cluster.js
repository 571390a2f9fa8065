// What is known of the cluster, from one answer to the next: which nodes there are and were, who owns which room, and
// what has happened in between. No page and no network in here.

/** A node that is gone stays to be seen for this long. */
const REMEMBERED_MS = 90_000;
/** A room that has moved is marked for this long. */
const MOVED_MS = 6_000;

export const STATES = {
  ACCEPTING: { sign: "●", word: "accepting", tone: "good" },
  DRAINING: { sign: "◐", word: "draining", tone: "warn" },
  JOINING: { sign: "○", word: "joining", tone: "warn" },
  IN_DOUBT: { sign: "?", word: "lease in doubt", tone: "warn" },
  SILENT: { sign: "…", word: "does not answer", tone: "warn" },
  DEAD: { sign: "✕", word: "dead", tone: "bad" },
  LEFT: { sign: "–", word: "left in order", tone: "calm" },
};

const GONE = new Set(["DEAD", "LEFT"]);

/** What is drawn and how it is counted: all of these only grow while a node lives. */
const COUNTERS = {
  messages: (node) => (node.messagesIn ?? 0) + (node.messagesOut ?? 0),
  resumes: (node) => node.resumes ?? 0,
  retransmits: (node) => node.segmentsResent ?? 0,
};

const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

export class Cluster {
  /** Server id → { serverId, epoch, state, row, node, seenMs, goneMs, colour } */
  nodes = new Map();
  /** Room id → { ...as the node tells it, movedMs, movedFrom } */
  rooms = new Map();
  isMoreRooms = false;
  /** Rates of each answer: { atMs, nodes: Map(server id → {messages, resumes, retransmits} a second) } */
  history = [];
  #counted = new Map();
  #countedMs = 0;
  #isFirst = true;

  /** Takes both answers; returns what has happened since the last ones: [{ tone, text, mark? }]. */
  take(nowMs, answer, roomAnswer) {
    const happened = [];
    this.#takeNodes(nowMs, answer, happened);
    this.#takeRooms(nowMs, roomAnswer, happened);
    this.#takeCounters(nowMs);
    this.#isFirst = false;
    return happened;
  }

  living() {
    return [...this.nodes.values()].filter((node) => !GONE.has(node.state));
  }

  all() {
    return [...this.nodes.values()].sort((a, b) => a.serverId - b.serverId);
  }

  sum(field) {
    return this.living().reduce((sum, node) => sum + (node.node?.[field] ?? 0), 0);
  }

  roomsOf(serverId) {
    return [...this.rooms.values()].filter((room) => room.serverId === serverId);
  }

  /** The whole cluster's rate of a counter in the last answer. */
  rate(counter) {
    const last = this.history.at(-1);
    return last ? [...last.nodes.values()].reduce((sum, rates) => sum + rates[counter], 0) : 0;
  }

  #takeNodes(nowMs, answer, happened) {
    const present = new Set();
    for (const row of answer.nodes) {
      present.add(row.serverId);
      const known = this.nodes.get(row.serverId);
      const state = stateOf(row);
      if (!known || GONE.has(known.state) || known.epoch !== row.epoch) {
        if (!this.#isFirst) happened.push({ tone: "good", text: `Node ${row.serverId} has joined.`, mark: `+ ${row.serverId}` });
      } else if (known.state !== state) {
        const { word, tone } = STATES[state];
        happened.push({ tone, text: `Node ${row.serverId}: ${word}.`, mark: state === "DRAINING" ? `◐ ${row.serverId}` : null });
      }
      this.nodes.set(row.serverId, {
        serverId: row.serverId, epoch: row.epoch, state, row,
        node: row.node ?? (known?.epoch === row.epoch ? known.node : null),
        seenMs: nowMs, goneMs: 0, colour: known?.colour ?? this.#freeColour(),
      });
    }
    for (const node of this.nodes.values()) {
      if (!present.has(node.serverId)) this.#leave(nowMs, node, happened);
    }
  }

  #leave(nowMs, node, happened) {
    if (GONE.has(node.state)) {
      if (nowMs - node.goneMs > REMEMBERED_MS) this.nodes.delete(node.serverId);
      return;
    }
    const wasDraining = node.state === "DRAINING";
    const held = node.node?.online ?? 0;
    node.goneMs = nowMs;
    node.state = wasDraining ? "LEFT" : "DEAD";
    happened.push(wasDraining
      ? { tone: "calm", text: `Node ${node.serverId} has left in order.`, mark: `– ${node.serverId}` }
      : { tone: "bad", text: `Node ${node.serverId} is dead: its lease has run out. ${plural(held, "player")} to come back.`,
          mark: `✕ ${node.serverId}` });
  }

  #takeRooms(nowMs, answer, happened) {
    if (!answer) return;
    const moves = new Map();
    const rooms = new Map();
    for (const room of answer.rooms) {
      const known = this.rooms.get(room.id);
      // Two nodes may both tell of a room while it moves; the higher generation owns it.
      const rival = rooms.get(room.id);
      if (rival && rival.generation >= room.generation) continue;
      const moved = known && known.serverId !== room.serverId;
      rooms.set(room.id, {
        ...room,
        movedMs: moved ? nowMs : known?.movedMs ?? 0,
        movedFrom: moved ? known.serverId : known?.movedFrom ?? 0,
      });
      if (moved) moves.set(`${known.serverId} → ${room.serverId}`, (moves.get(`${known.serverId} → ${room.serverId}`) ?? 0) + 1);
    }
    // A room without an owner at this moment is on its way: it stays with its last one until somebody has it.
    for (const [id, room] of this.rooms) {
      const owner = this.nodes.get(room.serverId);
      const isOnItsWay = owner && owner.state !== "ACCEPTING" && nowMs - owner.seenMs < MOVED_MS * 2;
      if (!rooms.has(id) && isOnItsWay) rooms.set(id, { ...room, online: 0, ownerless: true });
    }
    this.rooms = rooms;
    this.isMoreRooms = answer.more;
    for (const [way, count] of moves) happened.push({ tone: "calm", text: `${plural(count, "room")} moved: node ${way}.` });
  }

  isMoved(room, nowMs) {
    return nowMs - room.movedMs < MOVED_MS;
  }

  #takeCounters(nowMs) {
    const seconds = (nowMs - this.#countedMs) / 1000;
    const rates = new Map();
    const counted = new Map();
    for (const node of this.living()) {
      if (!node.row.node) continue;
      const before = this.#counted.get(`${node.serverId}/${node.epoch}`);
      const counts = Object.fromEntries(Object.entries(COUNTERS).map(([counter, of]) => [counter, of(node.row.node)]));
      counted.set(`${node.serverId}/${node.epoch}`, counts);
      if (before && seconds > 0) {
        rates.set(node.serverId, Object.fromEntries(
          Object.keys(COUNTERS).map((counter) => [counter, Math.max(0, counts[counter] - before[counter]) / seconds])));
      }
    }
    this.#counted = counted;
    this.#countedMs = nowMs;
    this.history.push({ atMs: nowMs, nodes: rates });
    while (this.history.length > 0 && nowMs - this.history[0].atMs > 125_000) this.history.shift();
  }

  #freeColour() {
    const taken = new Set(this.living().map((node) => node.colour));
    for (let colour = 0; colour < 8; colour++) if (!taken.has(colour)) return colour;
    return this.nodes.size % 8;
  }
}

function stateOf(row) {
  if (row.trouble && row.state === "ACCEPTING") return "SILENT";
  const told = row.node?.state ?? row.state;
  return told in STATES ? told : row.state in STATES ? row.state : "JOINING";
}

export { plural };
