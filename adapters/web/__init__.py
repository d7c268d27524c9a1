"""The web's door: the playground's chats, our own pay pages, and the sandbox's checkout."""
