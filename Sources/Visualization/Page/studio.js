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
  const follow = async () => {
    try {
      const now = await (await fetch(`/stamp/${live}`)).text();
      if (stamp !== null && now !== stamp) {
        const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
        document.querySelector("main").replaceWith(page.querySelector("main"));
        document.documentElement.dataset.updates = Number(document.documentElement.dataset.updates ?? 0) + 1;
      }
      stamp = now;
    } catch (problem) { /* The server is away; it may come back. */ }
    setTimeout(follow, 2000);
  };
  follow();
})();
