// response_mode=form_post: the form goes to the app by itself; without scripts by its button.
document.querySelector("form[data-submit-at-once]")?.submit();
