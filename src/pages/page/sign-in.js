// The pages of the sign-in host. Plain forms over the documented JSON operations; texts from the server only ever become text.
// Each page runs this twice: before it is drawn, for its colours, and when it is there, for all the rest.
"use strict";

(function () {
  const $ = id => document.getElementById(id);
  colours();
  const page = document.querySelector("[data-page]");
  if (!page) return;
  const shownAt = performance.now();
  let ticket = "", passkeyOptions = null, lastEmail = "";

  /// Those of the system, or what was chosen here or in the web application (where both are one host).
  function colours() {
    const key = "openstrat.color-scheme", select = $("colours");
    const paint = choice => {
      if (choice === "light" || choice === "dark") document.documentElement.dataset.colours = choice;
      else delete document.documentElement.dataset.colours;
    };
    let chosen = "auto";
    try { chosen = localStorage.getItem(key) || "auto"; } catch { return; } // a browser that keeps nothing has the system's
    paint(chosen);
    if (!select) return;
    select.value = document.documentElement.dataset.colours || "auto";
    select.parentElement.hidden = false;
    select.addEventListener("change", () => {
      localStorage.setItem(key, select.value);
      paint(select.value);
    });
  }

  // ---- speaking with the server and the reader ----

  async function post(path, body) {
    let response;
    try {
      response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), credentials: "same-origin" });
    } catch {
      throw { message: "The server cannot be reached. Check your connection and try again." };
    }
    const text = await response.text();
    let answer = {};
    try { answer = text ? JSON.parse(text) : {}; } catch { /* told by the status below */ }
    if (response.ok) return answer;
    const wait = response.headers.get("Retry-After");
    throw { message: (answer.message || "This did not work (" + response.status + ").") + (wait ? " Try again in " + duration(Number(wait)) + "." : ""), code: answer.code, fields: answer.errors || {} };
  }

  function duration(seconds) {
    if (!(seconds > 90)) return Math.max(1, Math.round(seconds) || 1) + " seconds";
    if (seconds < 5400) return Math.round(seconds / 60) + " minutes";
    return Math.round(seconds / 3600) + " hours";
  }

  function say(text, isBad) {
    const message = $("message");
    message.textContent = text;
    message.classList.toggle("bad", !!isBad);
    message.setAttribute("role", isBad ? "alert" : "status");
    message.hidden = !text;
  }

  function title(text) {
    $("title").textContent = text;
    document.title = text + document.title.slice(document.title.indexOf(" – "));
  }

  /// Puts the server's complaints beside their fields; what has no field here goes into the message.
  function complain(form, error) {
    const rest = [];
    let first = null;
    for (const [name, texts] of Object.entries(error.fields || {})) {
      const input = form && form.elements.namedItem(name);
      const words = [].concat(texts).join("; ");
      if (!input || !input.id) { rest.push(name + " " + words); continue; }
      const note = document.createElement("p");
      note.className = "error";
      note.id = input.id + "-error";
      note.textContent = words.charAt(0).toUpperCase() + words.slice(1) + ".";
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", [input.dataset.hint || "", note.id].join(" ").trim());
      input.after(note);
      first = first || input;
    }
    say(first && !rest.length ? "" : rest.join(". ") || error.message, true);
    (first || $("message")).focus();
  }

  function clear(form) {
    say("");
    for (const note of form.querySelectorAll(".error")) note.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
      if (input.dataset.hint) input.setAttribute("aria-describedby", input.dataset.hint);
      else input.removeAttribute("aria-describedby");
    }
  }

  /// Runs `work` once at a time, with the button telling so.
  function onSubmit(form, work) {
    if (!form) return;
    for (const input of form.querySelectorAll("[aria-describedby]")) input.dataset.hint = input.getAttribute("aria-describedby");
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const button = form.querySelector("[type=submit]");
      if (button.disabled) return;
      clear(form);
      for (const input of form.elements) {
        if (!input.required || (input.type === "checkbox" ? input.checked : input.value)) continue;
        return complain(form, { fields: { [input.name]: [input.type === "checkbox" ? "must be accepted" : "is required"] } });
      }
      button.disabled = true;
      try { await work(new FormData(form)); } catch (error) { complain(form, error.message ? error : { message: String(error) }); } finally { button.disabled = false; }
    });
  }

  /// What tells people from programs, with the solved challenge once there was one.
  async function withProof(path, body, form) {
    const signs = { website: form.get("website") || "", form_ms: Math.round(performance.now() - shownAt) };
    let answer = await post(path, { ...body, ...signs });
    for (let turn = 0; answer.challenge && turn < 3; turn++) {
      say("One moment: checking that you are not a program …");
      const challenge = typeof answer.challenge === "string" ? answer.challenge : answer.challenge.challenge;
      const proof = await window.proofOfWork.solve(challenge);
      answer = await post(path, { ...body, ...signs, proof });
      say("");
    }
    if (answer.challenge) throw { message: "The check did not succeed. Load the page again and retry." };
    return answer;
  }

  // ---- passkeys ----

  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
  const base64url = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function askPasskey(options) {
    const publicKey = { ...(options.publicKey || options) };
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.allowCredentials) publicKey.allowCredentials = publicKey.allowCredentials.map(one => ({ ...one, id: bytes(one.id) }));
    let credential;
    try { credential = await navigator.credentials.get({ publicKey }); } catch { throw { message: "The passkey was not used. Try again, or sign in another way." }; }
    const response = credential.response;
    return { id: credential.id, rawId: base64url(credential.rawId), type: credential.type, clientExtensionResults: credential.getClientExtensionResults(),
             response: { clientDataJSON: base64url(response.clientDataJSON), authenticatorData: base64url(response.authenticatorData),
                         signature: base64url(response.signature), userHandle: response.userHandle ? base64url(response.userHandle) : null } };
  }

  async function guarded(button, work) {
    if (button.disabled) return;
    say("");
    button.disabled = true;
    try { await work(); } catch (error) { complain(null, error.message ? error : { message: String(error) }); } finally { button.disabled = false; }
  }

  // ---- the steps of a sign-in ----

  const parts = ["password-form", "code-form", "factor-passkey", "new-password-form", "verify"];
  function show(...ids) {
    for (const id of parts) if ($(id)) $(id).hidden = !ids.includes(id);
    const input = $(ids[0]).querySelector("input, button");
    if (input) input.focus();
  }

  const reasons = { temporary: "Your password was a temporary one. Choose your own.", expired: "Your password is too old. Choose a new one.",
                    breached: "Your password is known from a break-in at another service. Choose a new one, and change it wherever else you use it." };

  function goOn(step, returnTo) {
    ticket = step.ticket || ticket;
    switch (step.status) {
      case "signed_in": return location.assign(returnTo);
      case "second_factor": {
        title("Second step");
        const codes = step.factors.some(f => f === "totp" || f === "recovery_code");
        passkeyOptions = step.passkey_options || null;
        const shown = [];
        if (codes) shown.push("code-form");
        if (passkeyOptions && window.PublicKeyCredential) shown.push("factor-passkey");
        if (!shown.length) return say("This browser cannot use your passkey. Sign in with the device that holds it.", true);
        return show(...shown);
      }
      case "new_password":
        title("Choose a new password");
        $("new-password-reason").textContent = reasons[step.reason] || "";
        return show("new-password-form");
      case "verify_email":
        title("Confirm your address");
        return show("verify");
      default: throw { message: "The server answered with something that this page does not know. Load it again." };
    }
  }

  function signIn() {
    const returnTo = page.dataset.returnTo || page.dataset.home;
    const next = step => goOn(step, returnTo);
    onSubmit($("password-form"), async form => {
      lastEmail = form.get("email");
      next(await withProof("/login", { email: lastEmail, password: form.get("password"), remember: form.has("remember") }, form));
    });
    onSubmit($("code-form"), async form => next(await post("/login/mfa", { ticket, code: form.get("code").trim() })));
    onSubmit($("new-password-form"), async form => next(await post("/login/mfa", { ticket, password: form.get("password") })));
    const factor = $("factor-passkey").querySelector("button");
    factor.addEventListener("click", () => guarded(factor, async () => next(await post("/login/mfa", { ticket, passkey: await askPasskey(passkeyOptions) }))));

    if (window.PublicKeyCredential) {
      const button = $("passkey");
      button.hidden = $("others").hidden = false;
      button.addEventListener("click", () => guarded(button, async () => next(await post("/login/passkey", { passkey: await askPasskey(await post("/login/passkey/options", {})) }))));
    }
    showProviders(returnTo);
    $("email").addEventListener("change", () => showProviders(returnTo));
    resumeFromFragment(next);
    if (!$("email").value) $("email").focus(); else $("password").focus();
  }

  /// Another provider has vouched; what is still missing stands in the fragment, which no server sees.
  function resumeFromFragment(next) {
    const given = new URLSearchParams(location.hash.slice(1));
    if (!given.get("step")) return;
    history.replaceState(null, "", location.pathname + location.search);
    let options = null;
    try { options = given.get("passkey_options") ? JSON.parse(given.get("passkey_options")) : null; } catch { /* then without passkey */ }
    const back = given.get("return_to");
    if (back && back.startsWith("/") && !back.startsWith("//") && !back.includes("\\")) page.dataset.returnTo = back;
    next({ status: given.get("step"), ticket: given.get("ticket"), factors: (given.get("factors") || "").split(",").filter(Boolean), passkey_options: options, reason: given.get("reason") });
  }

  async function showProviders(returnTo) {
    let buttons = [];
    try {
      const response = await fetch("/login/providers?email=" + encodeURIComponent($("email").value), { credentials: "same-origin" });
      if (response.ok) buttons = await response.json();
    } catch { return; }
    for (const old of $("providers").querySelectorAll("a")) old.remove();
    for (const button of buttons) {
      const link = document.createElement("a");
      link.className = "button";
      link.href = button.url + "?return_to=" + encodeURIComponent(returnTo);
      link.textContent = "Sign in with " + button.name;
      $("providers").append(link);
      $("others").hidden = false;
      if (page.dataset.connection && page.dataset.connection === button.id) return location.assign(link.href);
    }
  }

  function resend() {
    const button = $("resend");
    if (button) button.addEventListener("click", () => guarded(button, async () => {
      await withProof("/email/resend", { email: lastEmail }, new FormData());
      say("If a link is due, it is on its way.");
    }));
  }

  // ---- the other pages ----

  function meter() {
    const list = $("password-rules");
    if (!list) return;
    const rules = { length: t => [...t].length >= 8, upper: t => /[A-Z]/.test(t), lower: t => /[a-z]/.test(t), digit: t => /[0-9]/.test(t), special: t => /[^A-Za-z0-9]/.test(t) };
    const items = [...list.children].map(item => ({ item, text: item.textContent, holds: rules[item.dataset.rule] }));
    $("password").addEventListener("input", event => {
      for (const { item, text, holds } of items) item.textContent = (holds(event.target.value) ? "✓ " : "") + text;
    });
  }

  function signUp() {
    onSubmit($("sign-up-form"), async form => {
      lastEmail = form.get("email");
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
      const answer = await withProof("/register", { name: form.get("name"), email: lastEmail, password: form.get("password"), terms: form.has("terms"), timezone: zone,
                                                    team_name: form.get("team_name") || "", invitation: page.dataset.invitation || "" }, form);
      if (answer.status === "active") {
        const query = new URLSearchParams({ login_hint: lastEmail });
        if (page.dataset.invitation) query.set("return_to", "/invites/" + page.dataset.invitation);
        return location.assign("/signin?" + query);
      }
      title("Check your mail");
      $("sign-up-form").hidden = true;
      $("verify").hidden = false;
      $("title").focus();
    });
  }

  function forgot() {
    onSubmit($("forgot-form"), async form => {
      const answer = await withProof("/password/forgot", { email: form.get("email") }, form);
      say(answer.message || "If somebody has this address here, a link is on its way.");
    });
  }

  function reset() {
    const token = new URLSearchParams(location.search).get("token") || "";
    history.replaceState(null, "", location.pathname);  // the token stays out of the history
    if (!token) return say("The link is not complete. Open it again from the mail.", true);
    onSubmit($("reset-form"), async form => {
      await post("/password/reset", { token, password: form.get("password") });
      location.assign("/signin?notice=password");
    });
  }

  function account() {
    const button = $("sign-out");
    button.addEventListener("click", () => guarded(button, async () => {
      await post("/logout", {});
      location.assign("/signin?notice=signed_out");
    }));
  }

  function invitation() {
    const button = $("accept");
    if (button) button.addEventListener("click", () => guarded(button, async () => {
      await post("/signin/invitation", { token: page.dataset.token });
      location.assign(page.dataset.home);
    }));
  }

  ({ "sign-in": signIn, "sign-up": signUp, forgot, reset, account, invitation })[page.dataset.page]();
  resend();
  meter();
})();
