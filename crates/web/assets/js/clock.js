// Times that move: time[data-clock=ago] in the words the server gave on <body>, time[data-clock=hold] counting down.
const [now, minutes, hours] = (document.body.dataset.ago ?? "").split("|");
const tick = () => {
  for (const element of document.querySelectorAll("time[data-clock]")) {
    const seconds = Math.floor((Date.now() - Date.parse(element.dateTime)) / 1000);
    if (element.dataset.clock === "hold") {
      const left = Math.max(0, -seconds);
      element.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    } else if (hours && seconds >= 0 && seconds < 86400) {
      const text = seconds < 60 ? now : seconds < 3600 ? minutes.replace("{n}", Math.floor(seconds / 60)) : hours.replace("{n}", Math.floor(seconds / 3600));
      if (element.textContent !== text) element.textContent = text;
    }
  }
};
if (document.querySelector("time[data-clock]")) setInterval(tick, document.querySelector("time[data-clock=hold]") ? 1000 : 20000);
