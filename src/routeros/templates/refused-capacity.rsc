<<include refused-head>>
:put "The number of sites that this organization may have is reached. Raise it, then paste the command again."
<<include refused-tail>>
:error "<<prefix:string>>: not adopted: no capacity left"
