// The title of the page's tab: before its words stands how many rescues nobody has taken.

let [words, calls] = [document.title, 0];

function write() {
  const title = calls ? `✚ ${calls} ${words}` : words;
  if (document.title !== title) document.title = title;
}

export function titled(text) {
  words = text;
  write();
}

export function calling(count) {
  calls = count;
  write();
}
