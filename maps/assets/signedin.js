// The page after signing in beside an open map: tells it, and goes.
try {
  new BroadcastChannel("vedetta").postMessage("signed in");
} catch {
  // The map finds out when it is looked at again.
}
window.close(); // only where a script opened it; else its words say what to do
