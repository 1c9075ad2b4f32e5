"use strict";
// What the studio adds to pages: choosing two runs to compare, and new numbers of a run that is under way.
(function () {
  const boxes = [...document.querySelectorAll("input[name=run]")], button = document.getElementById("compare");
  if (button) {
    const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
    const show = () => {
      const count = chosen().length;
      button.disabled = count !== 2;
      document.getElementById("chosen").textContent = ["none", "one", "two"][count] ? `${["none", "one", "two"][count]} chosen` : `${count} chosen: two are compared`;
    };
    for (const box of boxes) box.addEventListener("change", show);
    button.addEventListener("click", () => { location.href = `/compare/${chosen().join("/")}`; });
    show();
  }
  // The page is asked for again when the journal has grown; where one reads stays.
  const live = document.body.dataset.live;
  if (!live) return;
  let stamp = null;
  const text = async (path) => {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.text();
  };
  const follow = async () => {
    try {
      const now = await text(`/stamp/${live}`);
      if (stamp !== null && now !== stamp) {
        const page = new DOMParser().parseFromString(await text(location.pathname), "text/html"), main = page.querySelector("main");
        const open = [...document.querySelectorAll("main details")].map((one) => one.open);
        [...main.querySelectorAll("details")].forEach((one, place) => { one.open = open[place] ?? false; });
        document.querySelector("main").replaceWith(main);
        document.documentElement.dataset.updates = Number(document.documentElement.dataset.updates ?? 0) + 1;
        if (!page.body.dataset.live) return;
      }
      stamp = now;
    } catch (problem) { /* The server is away, or a file was just being written: asked again. */ }
    setTimeout(follow, 2000);
  };
  follow();
})();
