// The address of an answer is that of its question: to reload, to go back to, to pass on.

const again = document.getElementById("again");

if (again) history.replaceState(null, "", again.href);
