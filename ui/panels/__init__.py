"""The tabs beside the chat, a module a topic; `ui.page` names them all."""
