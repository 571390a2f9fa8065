// The nodes as cards, each with the rooms that it owns as chips. A room that changes its owner flies from card to card;
// who does not want motion sees it marked instead, and everybody reads it in the log.

import { STATES, plural } from "./cluster.js";
import { $, calm, figure, keep, make, say } from "./page.js";

const CHIPS_MAX = 60;
const FLIGHT_MS = 700;

export class Nodes {
  #onDrain;
  #onRoom;

  /** `onDrain(serverId, sessions)`, `onRoom(roomId)`: what an operator asks for. */
  constructor(onDrain, onRoom) {
    this.#onDrain = onDrain;
    this.#onRoom = onRoom;
  }

  show(nowMs, cluster) {
    const before = this.#places();
    const most = Math.max(1, ...cluster.living().map((node) => node.node?.online ?? 0));
    keep($("nodes"), cluster.all(), (node) => node.serverId, (node) => this.#card(node),
      (card, node) => this.#fill(card, node, cluster, nowMs, most));
    if (!calm()) this.#fly(before);
    say($("nodes-note"), cluster.isMoreRooms ? "Only the first rooms are shown." : "");
  }

  #card(node) {
    const id = `node-${node.serverId}`;
    return make("li", { class: "panel node", "aria-labelledby": `${id}-name` },
      make("div", { class: "node-head" },
        make("h3", { id: `${id}-name` }),
        make("p", { class: "state" }),
      ),
      make("p", { class: "who" }),
      make("div", { class: "load" }, make("span", { class: "load-bar" }), make("span", { class: "load-text" })),
      make("dl", { class: "facts" },
        ...["Shards", "Lease left", "Convs free", "Up for"].map((name) =>
          make("div", {}, make("dt", {}, name), make("dd", { "data-fact": name })))),
      make("ul", { class: "chips", "aria-label": `Rooms of node ${node.serverId}` }),
      make("div", { class: "row end" }, this.#drainButton(node.serverId)),
    );
  }

  #drainButton(serverId) {
    const button = make("button", { type: "button", class: "quiet drain" }, "Drain");
    button.setAttribute("aria-label", `Drain node ${serverId}`);
    button.addEventListener("click", () => this.#onDrain(serverId));
    return button;
  }

  #fill(card, node, cluster, nowMs, most) {
    const { sign, word, tone } = STATES[node.state];
    const isGone = node.goneMs > 0;
    const told = node.node ?? {};
    const online = isGone ? 0 : told.online ?? 0;
    card.className = `panel node node-${node.colour} ${tone}${isGone ? " gone" : ""}`;
    say(card.querySelector("h3"), `Node ${node.serverId}`);
    say(card.querySelector(".state"), `${sign} ${word}`);
    say(card.querySelector(".who"),
      `${told.instance ?? "–"} · convs ${node.serverId.toString(16).padStart(2, "0").toUpperCase()}…`);
    card.querySelector(".load-bar").style.width = `${(100 * online) / most}%`;
    const away = told.away && !isGone ? `, ${told.away} away` : "";
    say(card.querySelector(".load-text"), isGone ? ago(nowMs - node.goneMs) : `${plural(online, "player")}${away}`);
    const facts = {
      "Shards": (node.row.ports ?? []).map((port) => `:${port}`).join(" ") || "–",
      "Lease left": isGone ? "none" : `${(node.row.leaseMsLeft / 1000).toFixed(1)} s`,
      "Convs free": told.convsFree === undefined ? "–" : figure(told.convsFree),
      "Up for": told.uptimeSeconds === undefined ? "–" : span(told.uptimeSeconds),
    };
    for (const [name, text] of Object.entries(facts)) say(card.querySelector(`[data-fact="${name}"]`), text);
    this.#chips(card.querySelector(".chips"), cluster.roomsOf(node.serverId), cluster, nowMs);
    const button = card.querySelector(".drain");
    button.hidden = isGone;
    button.disabled = node.state === "DRAINING";
  }

  #chips(list, rooms, cluster, nowMs) {
    const shown = rooms.sort((a, b) => a.id.localeCompare(b.id)).slice(0, CHIPS_MAX);
    const more = rooms.length - shown.length;
    keep(list, more > 0 ? [...shown, { id: "", more }] : shown, (room) => room.id,
      (room) => this.#chip(room),
      (chip, room) => {
        if (room.more) return say(chip, `and ${room.more} more`);
        const isMoved = cluster.isMoved(room, nowMs);
        chip.className = `chip${isMoved ? " moved" : ""}${room.ownerless ? " ownerless" : ""}`;
        const button = chip.firstElementChild;
        say(button.querySelector(".chip-name"), room.id);
        say(button.querySelector(".chip-count"), room.ownerless ? "on its way" : String(room.online));
        const from = isMoved ? `, came from node ${room.movedFrom}` : "";
        button.setAttribute("aria-label",
          `Room ${room.id}, ${room.type}, ${room.durability}, ${plural(room.online, "player")}${from}. Show its sessions.`);
        button.title = `${room.type}, ${room.durability}, generation ${room.generation}, shard ${room.shard}${from}`;
      });
  }

  #chip(room) {
    if (room.more) return make("li", { class: "note" });
    const button = make("button", { type: "button" }, make("span", { class: "chip-name" }), make("span", { class: "chip-count" }));
    button.addEventListener("click", () => this.#onRoom(room.id));
    return make("li", { class: "chip" }, button);
  }

  /** Room → where its chip is on the page. */
  #places() {
    return new Map([...document.querySelectorAll(".chip")].map((chip) => [chip.dataset.key, [chip.closest(".node"), chip.getBoundingClientRect()]]));
  }

  #fly(before) {
    for (const chip of document.querySelectorAll(".chip")) {
      const [card, from] = before.get(chip.dataset.key) ?? [];
      if (!from || card === chip.closest(".node")) continue;
      const to = chip.getBoundingClientRect();
      chip.animate(
        [{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)`, zIndex: 2 }, { transform: "none", zIndex: 2 }],
        { duration: FLIGHT_MS, easing: "cubic-bezier(.2,.8,.2,1)" });
    }
  }
}

export function legend(cluster) {
  keep($("legend"), cluster.living().sort((a, b) => a.serverId - b.serverId), (node) => node.serverId,
    () => make("li", {}, make("span", { class: "swatch", "aria-hidden": "true" }), make("span")),
    (item, node) => {
      item.className = `node-${node.colour}`;
      say(item.lastElementChild, `node ${node.serverId}`);
    });
}

function ago(ms) {
  return `gone for ${span(Math.round(ms / 1000))}`;
}

function span(seconds) {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
