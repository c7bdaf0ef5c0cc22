// Room for the call of a rescue: what else lies at the top of the map goes below it, and so does
// what drops from the bar.

/** Keep what the call takes in two lengths: from the window's top, and from the top of the sea. */
export function keepRoom(call) {
  const sea = document.querySelector(".sea");
  const { style } = document.documentElement;
  const watcher = new ResizeObserver(() => {
    const { bottom, height } = call.getBoundingClientRect();
    const within = Math.max(0, bottom - sea.getBoundingClientRect().top);
    style.setProperty("--under", `${height ? Math.ceil(bottom) : 0}px`);
    style.setProperty("--call", `${height ? Math.ceil(within) : 0}px`);
  });
  watcher.observe(call);
  watcher.observe(sea); // it moves when the line about a lost link comes or goes
}
