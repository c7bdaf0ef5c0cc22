// What goes wrong in the page itself is said on it, one thing at a time: a map that is blank without a word looks
// like a quiet sea. No module: it has to be there when modules are not.

(() => {
  const LONGEST = 160;
  // A browser's note that a box grew while it was measured: nothing is amiss.
  const HARMLESS = /^ResizeObserver loop/;
  // What browsers call a request that the network lost, or nobody waited for: no part of the page.
  const LOST = /^(?:Failed to fetch|NetworkError when attempting to fetch resource\.?|Load failed|network error)$/i;
  const GIVEN_UP = /^(?:Abort|Timeout)Error$/;
  let said = false;

  function tell(why) {
    const box = document.getElementById("broken");
    if (said || HARMLESS.test(why) || box === null) return;
    said = true;
    const begun = window.vedetta !== undefined;
    box.classList.toggle("later", begun);
    const words = document.getElementById("broken-text");
    words.textContent = `${begun ? box.dataset.later : box.dataset.start} (${why.slice(0, LONGEST)})`;
    document.getElementById("broken-again").onclick = () => location.reload();
    document.getElementById("broken-close").onclick = () => {
      box.hidden = true;
      said = false;
    };
    box.hidden = false;
  }

  const text = (error) => String(error?.message ?? error ?? "").trim();

  addEventListener("error", (event) => {
    const file = event.target?.src ?? event.target?.href; // of a script or a sheet that did not come
    if (file) tell(new URL(file, location.href).pathname);
    else if (event.filename?.startsWith(location.origin) || !event.filename) tell(text(event.message));
  }, true);
  addEventListener("unhandledrejection", ({ reason }) => {
    const lost = reason?.name === "TypeError" && LOST.test(reason.message);
    if (!lost && !GIVEN_UP.test(reason?.name)) tell(text(reason));
  });
})();
