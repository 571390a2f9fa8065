// The page: asks once a second, shows what it was told, and passes on an operator's orders.

import * as api from "./api.js";
import { Cluster, plural } from "./cluster.js";
import { Graph } from "./graph.js";
import { Nodes, legend } from "./nodes.js";
import { $, ask, figure, make, say } from "./page.js";
import { SHOWN, Sessions } from "./sessions.js";

const EVERY_MS = 1000;
const ROOMS_MAX = 500;
const LOG_MAX = 100;
const WRONG_TOKEN = new Set([401, 403]);

let cluster = new Cluster();
let graph;
let timer = 0;
let heardMs = 0;
let resumed = 0;
const nodes = new Nodes(drain, showSessionsOf);
const sessions = new Sessions(kick);

async function look() {
  clearTimeout(timer);
  try {
    const [answer, rooms] = await Promise.all([api.cluster(), api.rooms(ROOMS_MAX)]);
    heardMs = Date.now();
    open();
    show(answer, rooms);
    sessions.show(await api.sessions($("filter-kind").value, $("filter-text").value.trim(), SHOWN));
  } catch (refusal) {
    if (WRONG_TOKEN.has(refusal.status)) return shut(refusal.message);
    if (!(refusal instanceof api.Refusal)) throw refusal;
    complain(refusal);
  }
  if (api.token() && !document.hidden) timer = setTimeout(look, EVERY_MS);
}

function open() {
  if (!$("cluster").hidden) return;
  $("door").hidden = true;
  $("cluster").hidden = false;
  $("sign-out").hidden = false;
  $("pulse").hidden = false;
  graph ??= new Graph($("graph"));
  $("main").focus({ preventScroll: true });
}

/** Back to the door, without the token, and without what it had shown. */
function shut(sentence) {
  clearTimeout(timer);
  api.forgetToken();
  $("cluster").hidden = true;
  $("sign-out").hidden = true;
  $("pulse").hidden = true;
  $("trouble").hidden = true;
  $("door").hidden = false;
  say($("summary"), "");
  say($("door-error"), sentence);
  $("token").value = "";
  $("token").focus();
}

function show(answer, rooms) {
  const nowMs = Date.now();
  $("trouble").hidden = true;
  for (const { tone, text, mark } of cluster.take(nowMs, answer, rooms)) {
    note(tone, text);
    if (mark) graph.mark(nowMs, mark, tone);
  }
  tiles();
  legend(cluster);
  nodes.show(nowMs, cluster);
  graph.show(nowMs, cluster);
  say($("pulse-text"), `asks node ${answer.askedNode}`);
  const living = cluster.living();
  const unwell = living.filter((node) => node.state !== "ACCEPTING").length;
  say($("summary"), `${plural(living.length, "node")}, ${plural(cluster.sum("online"), "player")}; `
    + (unwell ? `${unwell} not accepting` : "all accepting"));
}

function tiles() {
  const living = cluster.living();
  const away = cluster.sum("away");
  const gone = cluster.all().length - living.length;
  resumed = cluster.history.reduce(
    (sum, moment, i, all) => i === 0 ? 0 : sum + rateOf(moment, "resumes") * (moment.atMs - all[i - 1].atMs) / 1000, 0);
  say($("tile-nodes"), figure(living.length));
  say($("tile-nodes-note"), gone ? `${gone} gone lately` : "of 253 at most");
  say($("tile-online"), figure(cluster.sum("online")));
  say($("tile-online-note"), away ? `${away} away, may come back` : "nobody away");
  say($("tile-rooms"), figure(cluster.sum("rooms")));
  say($("tile-rooms-note"), `on ${plural(cluster.sum("shards"), "shard")}`);
  say($("tile-messages"), figure(cluster.rate("messages")));
  say($("tile-messages-note"), "in and out");
  say($("tile-resumes"), figure(Math.round(resumed)));
  say($("tile-resumes-note"), "in the last two minutes");
  say($("tile-losses"), figure(cluster.rate("retransmits")));
  say($("tile-losses-note"), "KCP segments a second");
}

function rateOf(moment, counter) {
  return [...moment.nodes.values()].reduce((sum, rates) => sum + rates[counter], 0);
}

function note(tone, text) {
  const at = new Date();
  const line = make("li", { class: tone },
    make("time", { datetime: at.toISOString() }, at.toTimeString().slice(0, 8)), " ", make("span", {}, text));
  $("log").prepend(line);
  while ($("log").children.length > LOG_MAX) $("log").lastElementChild.remove();
}

/** The node is away. Others cannot be asked from this page (browsers keep origins apart), but they can be gone to. */
function complain(refusal) {
  const trouble = $("trouble");
  if (!trouble.hidden && trouble.dataset.status === String(refusal.status)) return;
  trouble.dataset.status = refusal.status;
  const since = heardMs ? ` It was last heard at ${new Date(heardMs).toTimeString().slice(0, 8)}.` : "";
  trouble.replaceChildren(`${refusal.message}${since}`);
  const others = cluster.living().map((node) => node.row.admin).filter((admin) => admin && admin !== location.host);
  if (refusal.status === 0 && others.length > 0) {
    trouble.append(" Consoles of other nodes:");
    for (const admin of others) trouble.append(" ", make("a", { href: `http://${admin}/console` }, admin));
  }
  trouble.hidden = false;
}

async function drain(serverId) {
  const players = cluster.nodes.get(serverId)?.node?.online ?? 0;
  const rooms = cluster.roomsOf(serverId).length;
  const isLast = cluster.living().filter((node) => node.state === "ACCEPTING").length < 2;
  const text = `Its ${plural(rooms, "room")} and ${plural(players, "player")} move to other nodes, and its process ends.`
    + (isLast ? " There is no other node that accepts them: they will have to wait for one." : "");
  if (!(await ask(`Drain node ${serverId}?`, text, `Drain node ${serverId}`))) return;
  await order(() => api.drain(serverId), `Node ${serverId} was told to drain.`);
}

async function kick(session) {
  const text = `${session.user} is sent out of ${session.room}, and the token to come back with is revoked.`;
  if (!(await ask(`Kick ${session.user}?`, text, `Kick ${session.user}`))) return;
  await order(() => api.kick(session.id), `${session.user} was sent out of ${session.room}.`);
}

async function order(act, done) {
  try {
    await act();
    note("warn", done);
  } catch (refusal) {
    if (WRONG_TOKEN.has(refusal.status)) return shut(refusal.message);
    note("bad", refusal.message);
  }
  look();
}

function showSessionsOf(roomId) {
  $("filter-kind").value = "room";
  $("filter-text").value = roomId;
  $("filter-text").focus();
  look();
}

$("door-form").addEventListener("submit", (event) => {
  event.preventDefault();
  api.keepToken($("token").value.trim());
  say($("door-error"), "");
  cluster = new Cluster();
  look();
});
$("sign-out").addEventListener("click", () => shut(""));
$("filter").addEventListener("submit", (event) => event.preventDefault());
$("filter").addEventListener("input", () => look());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && api.token()) look();
});

api.takeTokenFromAddress();
if (api.token()) look();
else $("token").focus();
