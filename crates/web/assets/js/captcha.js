// A form whose proof of a person is asked for when it is sent: input[data-captcha] takes the provider's token.
const proof = document.querySelector("input[data-captcha]");
proof?.form.addEventListener("submit", (event) => {
  const form = proof.form, { captcha, action } = proof.dataset;
  if (typeof grecaptcha === "undefined") return; // It goes out without, and the answer says what to do.
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  const send = (token = "") => { proof.value = token; form.submit(); };
  grecaptcha.ready(() => grecaptcha.execute(captcha, { action }).then(send, () => send()));
});
