// Passkeys are offered only where this browser has them, and say so when one does not answer.

if (window.PublicKeyCredential && navigator.credentials) {
  for (const offer of document.querySelectorAll(".passkeys")) offer.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const problem of document.querySelectorAll(".passkey-problem")) problem.hidden = false;
});
