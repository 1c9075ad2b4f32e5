"use strict";
// The page of pigment realism: consent, preloading, trials with exact exposures, votes. The address holds after # the
// invitation, then the session: so a reload goes on, and two tabs are two people. Which picture is the fake is not known here.

const $ = (name) => document.getElementById(name);
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const frame = () => new Promise((done) => requestAnimationFrame(done));
const screens = ["welcome", "loading", "ready", "trial", "end", "gone"];
const address = new URLSearchParams(location.hash.slice(1));
let token = address.get("session") ?? "";
let state, interval = 1000 / 60, wasHidden = false;
const pictures = new Map();

function show(name) {
  for (const each of screens) $(each).hidden = each !== name;
  document.body.classList.toggle("showing", name === "trial");
}

function stop(title, words) {
  $("gone-title").textContent = title;
  $("gone-words").textContent = words;
  show("gone");
}

class Refused extends Error {
  constructor(status) { super(`refused: ${status}`); this.status = status; }
}

// Asks until an answer comes: a server that was started again goes on where it was.
async function ask(path, content) {
  for (let wait = 250; ; wait = Math.min(2 * wait, 4000)) {
    let answer;
    try {
      answer = await fetch(path, content === undefined ? { headers: { "X-Session": token } } : {
        method: "POST", headers: { "X-Session": token, "Content-Type": "application/json" }, body: JSON.stringify(content)
      });
      if (answer.ok) return content === undefined ? await answer.blob() : await answer.json();
    } catch (problem) { answer = undefined; }
    if (answer && answer.status < 500) throw new Refused(answer.status);
    $("say").textContent = "The connection is lost; trying again. Nothing is lost.";
    await pause(wait);
  }
}

function screenNow() {
  return {
    width: screen.width, height: screen.height, windowWidth: innerWidth, windowHeight: innerHeight,
    pixelRatio: devicePixelRatio, zoom: visualViewport?.scale ?? 1, frame: interval, browser: navigator.userAgent.slice(0, 400)
  };
}

// The time between two frames: the median of many.
async function measureFrames() {
  const gaps = [];
  let last = await frame();
  for (let turn = 0; turn < 41; turn += 1) {
    const now = await frame();
    gaps.push(now - last);
    last = now;
  }
  return gaps.sort((a, b) => a - b)[20];
}

async function preload() {
  show("loading");
  const waiting = state.trials.slice(state.next).flatMap((trial) => ["left", "right"].map((side) => `${trial.number}/${side}`));
  let done = 0;
  async function take() {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const bitmap = await createImageBitmap(await ask(`/api/picture/${place}`));
      pictures.set(place, bitmap);
      done += 1;
      $("progress").value = done / (done + waiting.length);
    }
  }
  await Promise.all([take(), take(), take(), take()]);
}

function draw(side, bitmap) {
  const canvas = $(side), context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (bitmap) context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
}

// Shows a picture for the number of frames nearest to a time; gives the time that these took.
async function expose(side, bitmap, milliseconds) {
  const begin = await frame();
  draw(side, bitmap);
  let now;
  do { now = await frame(); } while (now < begin + milliseconds - interval / 2);
  draw(side);
  return now - begin;
}

function choice() {
  const keys = { ArrowLeft: "left", 1: "left", f: "left", ArrowRight: "right", 2: "right", j: "right" };
  return new Promise((done) => {
    const over = new AbortController();
    const take = (side, input) => { over.abort(); done({ side, input }); };
    addEventListener("keydown", (event) => {
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys)) return;
      event.preventDefault();
      take(keys[event.key], "key");
    }, over);
    for (const side of ["left", "right"]) {
      // A click without a pointer is a key that presses the button.
      $(`choose-${side}`).addEventListener("click", (event) => {
        take(side, event.pointerType ? (event.pointerType === "mouse" ? "mouse" : "touch") : event.detail > 0 ? "mouse" : "key");
      }, over);
    }
  });
}

function allowChoice(isAllowed) {
  for (const side of ["left", "right"]) $(`choose-${side}`).disabled = !isAllowed;
}

async function trial(number) {
  const pair = ["left", "right"].map((side) => pictures.get(`${number}/${side}`));
  const practice = state.trials.filter((each) => each.isPractice).length;
  const isPractice = state.trials[number].isPractice;
  $("count").textContent = isPractice ? `practice ${number + 1} of ${practice}` : `${number + 1 - practice} of ${state.trials.length - practice}`;
  $("say").textContent = "";
  wasHidden = document.hidden;
  await pause(1.5 * state.blank);
  const left = await expose("left", pair[0], state.exposure);
  await pause(state.blank);
  const right = await expose("right", pair[1], state.exposure);
  await pause(100);
  const asked = performance.now();
  const isLate = wasHidden || [left, right].some((shown) => Math.abs(shown - state.exposure) > 1.5 * interval);
  allowChoice(true);
  const { side, input } = await choice();
  allowChoice(false);
  const receipt = await ask("/api/vote", {
    trial: number, choice: side, input, response: performance.now() - asked, shown: [left, right], isLate
  });
  if (receipt.fake) await feedback(receipt.fake, side, pair);
  state.next = receipt.next;
  state.exposure = receipt.exposure;
}

async function feedback(fake, chosen, pair) {
  draw("left", pair[0]);
  draw("right", pair[1]);
  $(fake).parentElement.classList.add("right-one");
  $("say").textContent = (fake === chosen ? "Right: " : "Wrong: ") + (fake === "left" ? "the first" : "the second") + " is the fake.";
  await pause(4 * state.blank);
  $(fake).parentElement.classList.remove("right-one");
  draw("left");
  draw("right");
}

async function play() {
  while (state.next < state.trials.length) {
    await trial(state.next);
    const isEndOfPractice = state.next < state.trials.length && state.next > 0
      && state.trials[state.next - 1].isPractice && !state.trials[state.next].isPractice;
    if (isEndOfPractice) await readiness("That was the practice", "Go on");
  }
  $("person").textContent = state.person;
  show("end");
}

async function readiness(title, word) {
  $("ready-title").textContent = title;
  $("start").textContent = word;
  $("who").textContent = `You are ${state.person}. Note this number if you may want to have your answers deleted later.`;
  show("ready");
  $("start").focus();
  await new Promise((done) => $("start").addEventListener("click", done, { once: true }));
  show("trial");
}

async function session() {
  state = await ask("/api/session", {});
  if (state.next < state.trials.length) {
    await preload();
    interval = await measureFrames();
    await readiness(state.next === 0 ? "Ready?" : "Ready to go on?", state.next === 0 ? "Start" : "Go on");
  }
  await play();
}

function explain(problem) {
  if (problem instanceof Refused && problem.status === 401) {
    stop("This session is not known", "It was deleted, or the address is not whole. Ask whoever invited you for a new one.");
  } else if (problem instanceof Refused && problem.status === 403) {
    stop("You need an invitation", "Open the address that you were given, with all that stands behind the #.");
  } else if (problem instanceof Refused && problem.status === 409) {
    // Another tab went on with the session.
    location.reload();
  } else {
    stop("This did not work", `Tell whoever invited you: ${problem.message}.`);
  }
}

$("consent").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = new FormData($("consent")), vision = given.get("vision");
  const plates = given.getAll("plate").map((text) => text === "" ? null : Number(text));
  try {
    show("loading");
    interval = await measureFrames();
    const joined = await ask("/api/join", { invitation: address.get("invitation") ?? "", vision, plates, screen: screenNow() });
    token = joined.session;
    history.replaceState(null, "", `#session=${token}`);
    await session();
  } catch (problem) { explain(problem); }
});

$("forget").addEventListener("click", async () => {
  if (!confirm("Delete all your answers? This cannot be undone.")) return;
  try {
    await ask("/api/forget", {});
    history.replaceState(null, "", "#");
    stop("Deleted", "All your answers were deleted.");
  } catch (problem) { explain(problem); }
});

document.addEventListener("visibilitychange", () => { if (document.hidden) wasHidden = true; });
if (token) session().catch(explain); else show("welcome");
