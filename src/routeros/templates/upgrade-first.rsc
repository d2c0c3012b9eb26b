:put ("<<name:string>>: RouterOS 6.49 or newer is needed, this router runs " . $osver . ". Nothing was changed.")
:put "Upgrade it first (/system package update), then paste the command again."
