<<include refused-head>>
:put "A site with this hardware is online, and nothing proves that it is this router."
:put "Open a re-adoption window for the site in the dashboard, then paste the command again."
<<include refused-tail>>
:error "<<prefix:string>>: not adopted: its site is online"
