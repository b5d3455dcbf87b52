/** Start: at /office the office's screens; else open this phone's store, show the first screen, keep the files for the days without a network. */
import { render } from "preact";
import "./styles/app.css";
import { App, prepare } from "./screens/app";
import { painted } from "./screens/pausing";
import { start } from "./screens/state";
import { registerWorker } from "./screens/update";
import { language, speak } from "./text/words";

void speak(language.value)
  .catch(() => speak("en")) // the words did not load: English is here
  .then(async () => {
    const isOffice = /^\/office\/?$/.test(location.pathname);
    if (isOffice) (await import("./screens/desk/desk")).open();
    else {
      render(<App />, document.body);
      await start();
    }
    await painted(); // what comes later must not come before the first screen
    // What did not come is said where it is missed: "Ready to leave?", and the screen that lacks it.
    void registerWorker().catch(() => {});
    if (!isOffice) void prepare().catch(() => {});
  });
