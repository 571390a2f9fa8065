// The sessions that were looked for, and the button that sends one away.

import { plural } from "./cluster.js";
import { $, keep, make, say } from "./page.js";

export const SHOWN = 50;

export class Sessions {
  #onKick;

  constructor(onKick) {
    this.#onKick = onKick;
  }

  show(answer) {
    keep($("sessions"), answer.sessions, (session) => session.id, (session) => this.#row(session), (row, session) => {
      const [user, room, node, state, rtt, unconfirmed] = row.children;
      say(user, session.user);
      say(room, session.room);
      say(node, String(session.serverId));
      say(state, session.online ? "● here" : `◌ away, ${Math.ceil(session.awayMsLeft / 1000)} s left`);
      state.className = session.online ? "good" : "warn";
      say(rtt, session.online && session.rttMs > 0 ? `${session.rttMs} ms` : "–");
      say(unconfirmed, String(session.outboxMessages));
    });
    const silent = answer.silentNodes?.length ? ` Not heard: node ${answer.silentNodes.join(", ")}.` : "";
    say($("sessions-note"), answer.sessions.length === 0
      ? `Nobody.${silent}`
      : `${plural(answer.sessions.length, "session")}${answer.more ? ", and there are more: look for a room or a user" : ""}.${silent}`);
  }

  #row(session) {
    const kick = make("button", { type: "button", class: "quiet" }, "Kick");
    kick.setAttribute("aria-label", `Kick ${session.user} out of ${session.room}`);
    kick.addEventListener("click", () => this.#onKick(session));
    return make("tr", {},
      make("th", { scope: "row" }), make("td"), make("td"), make("td"),
      make("td", { class: "figure" }), make("td", { class: "figure" }), make("td", { class: "figure" }, kick));
  }
}
